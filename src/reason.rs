//! Why something failed: in English for logs and the database, in Polish for screens.
//!
//! Both languages come from one table. The code makes its reasons from it, and what the
//! database holds is recognised by it, so that a new reason cannot lack a translation.

mod polish;

use std::fmt;

pub use polish::in_polish;

use crate::text;

macro_rules! causes {
    ($($cause:ident: $english:literal => $polish:literal,)*) => {
        /// A reason; `{}` stands for what it concerns.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Cause { $($cause),* }

        impl Cause {
            const ALL: &'static [Self] = &[$(Self::$cause),*];

            /// In English and in Polish, with the same details in the same order.
            const fn texts(self) -> [&'static str; 2] {
                match self { $(Self::$cause => [$english, $polish]),* }
            }
        }
    };
}

// Records that cannot be understood, faults of telephony systems with their reasons, what
// else ends a sync, notes of a run.
causes! {
    NotRecord: "not a record: {}" => "to nie jest rekord: {}",
    NotNote: "not a note: {}" => "to nie jest notatka: {}",
    OfNote: "note: {}" => "notatka: {}",
    NoId: "no id" => "brak identyfikatora",
    NoUuid: "no uuid" => "brak identyfikatora uuid",
    NoCallType: "no call type" => "brak rodzaju połączenia",
    UnknownCallType: "unknown call type '{}'" => "nieznany rodzaj połączenia „{}”",
    NotKind: "'{}' is not a pair such as PhoneCall/Voice" => "„{}” nie jest parą taką jak PhoneCall/Voice",
    NoCallDate: "no call date" => "brak daty połączenia",
    NoCallTime: "no call time" => "brak godziny połączenia",
    NoTime: "no time" => "brak daty i godziny",
    ImpossibleDate: "impossible date '{}'" => "nieprawidłowa data „{}”",
    ImpossibleTime: "impossible time '{}'" => "nieprawidłowa godzina „{}”",
    ImpossibleDuration: "impossible duration '{}'" => "nieprawidłowy czas trwania „{}”",
    NoService: "no service" => "brak usługi",
    UnknownService: "unknown service '{}'" => "nieznana usługa „{}”",
    NoStatus: "no status" => "brak statusu",
    UnknownStatus: "unknown status '{}'" => "nieznany status „{}”",
    NoNumber: "no number" => "brak numeru",
    NoDirection: "no direction" => "brak kierunku",
    UnknownDirection: "unknown direction '{}'" => "nieznany kierunek „{}”",
    ImpossibleId: "impossible id '{}'" => "nieprawidłowy identyfikator „{}”",
    NoChannel: "no channel" => "brak kanału",
    UnknownChannel: "unknown channel '{}'" => "nieznany kanał „{}”",
    NoSource: "no source" => "brak źródła",
    UnknownSource: "unknown source of a phone call '{}'" => "nieznane źródło połączenia „{}”",
    UnknownDialResult: "unknown dial result '{}'" => "nieznany wynik wybierania „{}”",

    CallyzerToken: "Callyzer refused the token (401: {}); renew CALLYZER_TOKEN" => "Callyzer odrzucił token (401: {}); odnów CALLYZER_TOKEN",
    CallyzerSubscription: "Callyzer's subscription has expired (403: {}); renew it" => "abonament Callyzera wygasł (403: {}); odnów go",
    TelecubeKey: "TeleCube refused the key (401: {}): look at TELECUBE_TOKEN, and in its panel (Rozbudowa Centrali > Integracja API) whether the key is this one, this machine's address is allowed, and the API is switched on" => "TeleCube odrzucił klucz (401: {}): sprawdź TELECUBE_TOKEN, a w panelu (Rozbudowa Centrali > Integracja API), czy klucz jest ten sam, adres tego komputera jest dozwolony i API jest włączone",
    TelecubeRights: "TeleCube forbids it (403: {}); look in its panel at the rights of the key" => "TeleCube odmawia dostępu (403: {}); sprawdź w panelu uprawnienia klucza",
    LoginRefused: "{} refused the login ({}: {}); look at {}" => "{} odrzucił logowanie ({}: {}); sprawdź {}",
    TokenRefused: "{} refused the token ({}: {}); look at {}" => "{} odrzucił token ({}: {}); sprawdź {}",
    RightsRefused: "{} forbids it ({}: {}); look at the rights of {}" => "{} odmawia dostępu ({}: {}); sprawdź uprawnienia {}",
    NotLoggedIn: "{} answers with a page for a browser, as if nobody were logged in ({}); look at {}" => "{} odpowiada stroną dla przeglądarki, jak bez zalogowania ({}); sprawdź {}",
    NoToken: "no token in the answer to the login" => "w odpowiedzi na logowanie nie ma tokenu",
    MluviiToken: "mluvii accepts no token of this API user ({}): look at MLUVII_BASE_URL, and in the company settings (API keys) whether the user still exists" => "mluvii nie przyjmuje tokenu tego użytkownika API ({}): sprawdź MLUVII_BASE_URL, a w ustawieniach firmy (klucze API), czy ten użytkownik nadal istnieje",
    MluviiLogin: "mluvii refused the login ({}): look at MLUVII_CLIENT_ID and MLUVII_CLIENT_SECRET, which an administrator of the company finds in its settings (API keys), and at MLUVII_BASE_URL" => "mluvii odrzucił logowanie ({}): sprawdź MLUVII_CLIENT_ID i MLUVII_CLIENT_SECRET, które administrator firmy ma w jej ustawieniach (klucze API), oraz MLUVII_BASE_URL",
    MluviiRights: "mluvii forbids it ({}); give the API user of MLUVII_CLIENT_ID a role that may read the company's sessions" => "mluvii odmawia dostępu ({}); nadaj użytkownikowi API z MLUVII_CLIENT_ID rolę, która może czytać sesje firmy",
    Timeout: "{} did not answer in time" => "{}: przekroczono czas oczekiwania",
    Unavailable: "{} is unavailable: {}" => "{} jest niedostępny: {}",
    RateLimited: "{}'s rate limit did not lift" => "{}: limit zapytań nadal obowiązuje",
    BadAnswer: "{}'s answer is not what its API documents: {}" => "{} odpowiada niezgodnie z dokumentacją API: {}",
    Refused: "{} refused the request ({}: {})" => "{} odrzucił zapytanie ({}: {})",
    NothingSent: "nothing was sent: {}" => "nic nie wysłano: {}",
    InTheWay: "not sent: the same request was sent before, or may have been ({})" => "nie wysłano: to samo zapytanie już wysłano albo mogło zostać wysłane ({})",
    NotCreated: "no campaign was created: {}" => "nie utworzono kampanii: {}",
    MayBeCreated: "the campaign may have been created; look in Dialog before you use --again: {}" => "kampania mogła zostać utworzona; sprawdź w Dialogu, zanim użyjesz --again: {}",
    NotForgotten: "nothing was removed: meanwhile this became a number or lead that cannot be forgotten; look again without --yes" => "nic nie usunięto: w międzyczasie tego numeru lub leada nie można już zapomnieć; sprawdź ponownie bez --yes",
    Lock: "could not use the lock file beside the database: {}" => "nie można użyć pliku blokady obok bazy danych: {}",
    Database: "could not use the database {}: {}" => "nie można użyć bazy danych {}: {}",
    DiskFull: "the disk is full. Make room on it and run this again" => "dysk jest pełny. Zwolnij na nim miejsce i uruchom to ponownie",
    SizeLimit: "a file may become no larger here (ulimit -f). Raise the limit and run this again" => "plik nie może tu być większy (ulimit -f). Podnieś limit i uruchom to ponownie",
    DiskFailed: "the disk cannot be read or written ({}). Look at it with dmesg, then run this again" => "nie można czytać z dysku albo pisać na nim ({}). Sprawdź go poleceniem dmesg i uruchom to ponownie",
    Damaged: "it is damaged, or the disk cannot read it ({}). Look at the disk with dmesg, then run callsync check --full" => "jest uszkodzona albo nie można jej odczytać z dysku ({}). Sprawdź dysk poleceniem dmesg, potem uruchom callsync check --full",
    FileClosed: "it or a file beside it cannot be opened or written ({}). Look at their rights, at those of their folder, and at the disk with dmesg" => "nie można otworzyć jej albo pliku obok niej lub w nich pisać ({}). Sprawdź ich uprawnienia, uprawnienia folderu, a dysk poleceniem dmesg",
    Interrupted: "ended by a signal" => "przerwano sygnałem",

    NoConnection: "no connection: {}" => "brak połączenia: {}",
    ThroughProxy: "{}, asked through the proxy {}" => "{}, zapytanie przez serwer proxy {}",
    NoProxy: "no connection to the proxy: {}" => "brak połączenia z serwerem proxy: {}",
    ProxyPassword: "the proxy refuses its user name and password, or misses them (407)" => "serwer proxy odrzucił nazwę użytkownika i hasło albo ich brakuje (407)",
    ProxyRefused: "the proxy answered, but did not connect" => "serwer proxy odpowiedział, ale nie połączył",
    UnknownIssuer: "its certificate's issuer is not among {} (name a private CA's file in SSL_CERT_FILE)" => "wystawcy jego certyfikatu nie ma wśród {} (podaj plik prywatnego CA w SSL_CERT_FILE)",
    MachineAuthorities: "the CAs of this machine" => "urzędów CA tego komputera",
    OtherAuthorities: "the CAs of {}" => "urzędów CA z {}",
    BadCertificate: "its certificate is not valid: {}" => "jego certyfikat jest nieważny: {}",
    NoThread: "no thread for it: {}" => "nie można utworzyć wątku: {}",
    ThreadEnded: "its thread ended" => "wątek zapytania zakończył się",
    CutOff: "the answer was cut off" => "odpowiedź została przerwana",
    NoClient: "could not prepare requests: {}" => "nie można przygotować zapytań: {}",
    PermitHeld: "another process holds its permit" => "inny proces zajmuje kolejkę zapytań",
    DatabaseError: "database error: {}" => "błąd bazy danych: {}",
    TooLong: "more than 32 MiB" => "więcej niż 32 MiB",
    Redirect: "a redirect ({})" => "przekierowanie ({})",
    OddAddress: "'{}' is no address of a file" => "„{}” nie jest adresem pliku",
    OtherServer: "its file is on another server ({}), which is sent no credential" => "jego plik jest na innym serwerze ({}), któremu nie wysyła się danych dostępowych",
    PageForFile: "a web page in place of the file" => "strona WWW zamiast pliku",
    DataForRecording: "JSON or XML in place of the recording" => "JSON lub XML zamiast nagrania",
    LongFile: "a file of more than 4 GiB" => "plik większy niż 4 GiB",
    LongerFile: "a file that is longer than it was told to be" => "plik dłuższy, niż zapowiedziano",
    EmptyFile: "a file without content" => "pusty plik",
    NoLength: "a file of which nobody can tell whether it is whole" => "plik, o którym nie wiadomo, czy jest cały",
    EncodedFile: "a file that is compressed on its way" => "plik skompresowany do przesłania",
    ManyRedirects: "more than {} redirects" => "więcej przekierowań niż {}",
    NotFetched: "recordings and files that could not be fetched: {}" => "liczba nagrań i plików, których nie udało się pobrać: {}",
    TooManyPages: "a question has more than {} pages or {} rows" => "zapytanie ma więcej niż {} stron lub {} wierszy",
    CallsNotFound: "missing calls ({}) are not found by their ids" => "brakujących połączeń ({}) nie ma też po identyfikatorach",
    CallsNeverCame: "{} of the lead's calls never came" => "liczba połączeń leada, których nie otrzymano: {}",
    RowsKeptBack: "{} kept back {} of its rows" => "{}: liczba wierszy, których nie otrzymano: {}",
    NoFigure: "no {} in a row about an employee" => "brak {} w wierszu o pracowniku",
    OddFigure: "{} is '{}' in a row about an employee" => "{} to „{}” w wierszu o pracowniku",
    NotEmployee: "a row about an employee is not an object" => "wiersz o pracowniku nie jest obiektem",

    NotSet: "{} is not set; put it into {} or the environment" => "brak ustawienia {}; dodaj je do {} lub do zmiennych środowiskowych",
    BothSet: "both {} and {} are set; keep one" => "ustawiono i {}, i {}; zostaw jedno",
    NoLockFile: "could not open the lock file {}: {}" => "nie można otworzyć pliku blokady {}: {}",
    LockNoFile: "the lock file {} is no regular file; remove it" => "plik blokady {} nie jest zwykłym plikiem; usuń go",
    LockLinked: "the lock file {} has {} names (hard links); remove it" => "plik blokady {} ma kilka nazw ({}, dowiązania twarde); usuń go",
    LockOfOther: "the lock file {} belongs to {}, not to {}, whose database it is; rm {}" => "plik blokady {} należy do {}, a nie do {}, do którego należy baza danych; rm {}",
    LockClosed: "the lock file {} belongs to {} and is closed to this account; chown {} {}" => "plik blokady {} należy do {} i jest zamknięty dla tego konta; chown {} {}",
    MovedTimes: "{} of {} known calls in one answer have moved in time, as if the account's zone had changed; nothing of it is stored. Check {}_TIMEZONE, then accept the new times by callsync sync --provider {} --since the first day that they concern" => "{} z {} znanych połączeń w jednej odpowiedzi przesunęło się w czasie, jakby zmieniono strefę konta; nic z niej nie zapisano. Sprawdź {}_TIMEZONE, potem przyjmij nowe czasy: callsync sync --provider {} --since DZIEŃ (pierwszy, którego dotyczą)",

    RowMissing: "1 row of {} from {} to {} never came; the window is kept and read again" => "nie otrzymano 1 wiersza {} od {} do {}; okres zostanie odczytany ponownie",
    RowsMissing: "{} rows of {} from {} to {} never came; the window is kept and read again" => "nie otrzymano wierszy ({}) {} od {} do {}; okres zostanie odczytany ponownie",
    NoTimes: "calls of campaign {} without a time: {}; they are in no register. Look at time= in DIALOG_COLUMNS, then read their days again by callsync sync --provider dialog --since DAY" => "połączenia kampanii {} bez daty i godziny: {}; nie ma ich w żadnym rejestrze. Sprawdź time= w DIALOG_COLUMNS, potem odczytaj ich dni ponownie: callsync sync --provider dialog --since DZIEŃ",
    NotesMissing: "TeleCube counts more notes of a call than it brought" => "TeleCube liczy więcej notatek połączenia, niż podał",
    UnfinishedGivenUp: "calls that have not ended for {} days and are asked for no more: {}" => "połączenia, które nie zakończyły się przez {} dni i nie będą już sprawdzane: {}",
    ImpossibleDaysDue: "days in stats_due that no call can have: {} ({}); their figures are not fetched. Another program wrote them: delete these rows" => "dni w stats_due, których nie może mieć żadne połączenie: {} ({}); ich statystyki nie są pobierane. Zapisał je inny program: usuń te wiersze",
    KindLeftOut: "{}, which is not in CALLYZER_KINDS, is left out" => "{}, którego nie ma w CALLYZER_KINDS, pominięto",
}

/// A stored reason in Polish, on one line, safe to show.
pub fn shown(stored: &str) -> String {
    text::quoted(&in_polish(&text::without_middle(stored)))
}

/// Why something failed, in English. Only a [`Cause`] makes one, or somebody else's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason(String);

impl Cause {
    pub fn of(self, details: &[&dyn fmt::Display]) -> Reason {
        let details: Vec<_> = details.iter().map(ToString::to_string).collect();
        Reason(filled(self.texts()[0], &details))
    }
}

impl Reason {
    /// What a system or a library says, which is shown as it is.
    pub fn in_its_words(words: impl fmt::Display) -> Self {
        Self(words.to_string())
    }

    /// This reason, then the other one.
    pub fn and(self, other: impl Into<Self>) -> Self {
        Self(format!("{self}{JOINT}{}", other.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What stands between two reasons.
pub const JOINT: &str = "; ";

impl From<Cause> for Reason {
    fn from(cause: Cause) -> Self {
        cause.of(&[])
    }
}

impl From<Reason> for String {
    fn from(reason: Reason) -> Self {
        reason.0
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Reason {}

/// A text with its details, in their order.
fn filled(text: &str, details: &[String]) -> String {
    let mut details = details.iter();
    let mut parts = text.split("{}");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        filled.extend(details.next().map(String::as_str));
        filled.push_str(part);
    }
    filled
}
