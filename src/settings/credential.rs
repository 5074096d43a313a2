//! With what right a system is asked, from its settings: a token, or a login that is
//! exchanged for one. A secret stands in its setting or in a file.

use std::path::Path;

use anyhow::Result;

use super::secret::SecretSetting;
use super::{Value, Values, not_set};
use crate::exit::{Exit, failure};
use crate::http::{BaseUrl, Credential, Login, LoginUrl};
use crate::reason::Cause;

const TOKEN: &str = "TOKEN";

/// What a system takes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Accepted {
    Token,
    Login(LoginForm),
    Either(LoginForm),
}

/// A login: the form, and the settings that fill it.
#[derive(Clone, Copy, Debug)]
pub(super) struct LoginForm {
    /// Fields that are always the same.
    pub fixed: &'static [(&'static str, &'static str)],
    pub user: Field,
    pub secret: Field,
    /// Where it is posted, below the base URL.
    pub path: &'static str,
    /// The setting that names another place.
    pub url: Option<&'static str>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    /// Behind the system's prefix.
    pub setting: &'static str,
    /// In the form.
    pub name: &'static str,
}

impl Accepted {
    fn takes_token(self) -> bool {
        !matches!(self, Self::Login(_))
    }

    fn login(self) -> Option<LoginForm> {
        match self {
            Self::Token => None,
            Self::Login(form) | Self::Either(form) => Some(form),
        }
    }

    /// The settings of which each shows that the system is used.
    pub fn settings(self) -> Vec<String> {
        let token = self.takes_token().then_some(TOKEN);
        let login = self.login();
        let user = login.map(|form| form.user.setting.to_owned());
        let secrets = token
            .into_iter()
            .chain(login.map(|form| form.secret.setting));
        let secrets = secrets.flat_map(|name| [name.to_owned(), format!("{name}_FILE")]);
        secrets.chain(user).collect()
    }

    /// The setting that names another place for the login.
    pub fn url(self) -> Option<&'static str> {
        self.login()?.url
    }

    /// The settings of which one has to be there.
    pub fn missing(self, prefix: &str) -> String {
        let token = format!("{prefix}_{TOKEN}");
        match self {
            Self::Token => format!("{token} or {token}_FILE"),
            Self::Login(form) => format!("{prefix}_{}", form.user.setting),
            Self::Either(form) => {
                format!("{token}, {token}_FILE or {prefix}_{}", form.user.setting)
            }
        }
    }
}

#[derive(Debug)]
pub(super) struct CredentialSettings {
    token: Option<SecretSetting>,
    login: Option<LoginSettings>,
    /// What is missing where there is none.
    missing: String,
}

impl CredentialSettings {
    pub fn of(values: &mut Values, prefix: &'static str, accepted: Accepted) -> Self {
        let token = accepted.takes_token();
        let token = token.then(|| SecretSetting::of(values, format!("{prefix}_{TOKEN}")));
        let login = accepted.login();
        Self {
            token,
            login: login.map(|form| LoginSettings::of(values, prefix, form)),
            missing: accepted.missing(prefix),
        }
    }

    /// What the system is asked with: of a token and a login, what the environment has, then
    /// what the env file has. Reads the secret.
    pub fn credential(&self, base: &BaseUrl, env_file: &str) -> Result<Credential> {
        let token = self.token.as_ref();
        let token = token.and_then(|token| Some((token, token.rank()?)));
        let login = self.login.as_ref();
        let login = login.and_then(|login| Some((login, login.rank()?)));
        match (token, login) {
            (Some((token, first)), Some((login, second))) if first == second => Err(failure(
                Exit::Settings,
                Cause::BothSet.of(&[&token.given(), &login.given()]),
            )),
            (Some((token, first)), login) if login.is_none_or(|(_, second)| first < second) => {
                let token = token.read(env_file, |text| text.trim().parse())?;
                Ok(Credential::Token(token))
            }
            (_, Some((login, _))) => Ok(Credential::Login(login.read(base, env_file)?)),
            _ => Err(not_set(&self.missing, env_file)),
        }
    }

    /// The files of secrets, each with what it is.
    pub fn files(&self) -> impl Iterator<Item = (String, &Path)> {
        let secret = self.login.as_ref().map(|login| &login.secret);
        let secrets = self.token.iter().chain(secret);
        secrets.filter_map(SecretSetting::file)
    }
}

#[derive(Debug)]
struct LoginSettings {
    form: LoginForm,
    /// The name of its setting.
    user_key: String,
    user: Option<Value>,
    secret: SecretSetting,
    url: Option<LoginUrl>,
}

impl LoginSettings {
    fn of(values: &mut Values, prefix: &str, form: LoginForm) -> Self {
        let key = |name: &str| format!("{prefix}_{name}");
        let user_key = key(form.user.setting);
        Self {
            user: values.get(&user_key),
            user_key,
            secret: SecretSetting::of(values, key(form.secret.setting)),
            url: form
                .url
                .and_then(|url| values.parse_if_given(&key(url), str::parse)),
            form,
        }
    }

    /// The least of its settings; None if there are none.
    fn rank(&self) -> Option<u8> {
        let user = self.user.as_ref().map(|user| user.rank);
        user.into_iter().chain(self.secret.rank()).min()
    }

    /// The name of a setting that is there.
    fn given(&self) -> &str {
        match self.user {
            Some(_) => &self.user_key,
            None => self.secret.given(),
        }
    }

    fn read(&self, base: &BaseUrl, env_file: &str) -> Result<Login> {
        let form = &self.form;
        let user = self.user.as_ref();
        let user = user.ok_or_else(|| not_set(&self.user_key, env_file))?;
        let fixed = form.fixed.iter();
        let fixed = fixed.map(|(name, text)| (*name, (*text).to_owned()));
        let secret = self
            .secret
            .read(env_file, |text| text.trim_end_matches(['\r', '\n']).parse())?;
        Ok(Login {
            url: match &self.url {
                Some(url) => url.clone(),
                None => LoginUrl::below(base, form.path),
            },
            fields: fixed.chain([(form.user.name, user.text.clone())]).collect(),
            secret: (form.secret.name, secret),
        })
    }
}
