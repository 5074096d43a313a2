//! What is asked of a campaign's report: which columns and rows, in which order.

/// Which column says what; no document does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnNames {
    pub id: Option<String>,
    pub time: Option<String>,
    pub duration: Option<String>,
    pub result: Option<String>,
    pub number: String,
}

/// How a filter compares; the system's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterType {
    Equal,
    Contains,
    StartsWith,
    EndsWith,
    IsEmpty,
    NotEmpty,
    IsTrue,
    NotTrue,
}

impl FilterType {
    pub const ALL: [Self; 8] = [
        Self::Equal,
        Self::Contains,
        Self::StartsWith,
        Self::EndsWith,
        Self::IsEmpty,
        Self::NotEmpty,
        Self::IsTrue,
        Self::NotTrue,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Contains => "contains",
            Self::StartsWith => "starts_with",
            Self::EndsWith => "ends_with",
            Self::IsEmpty => "is_empty",
            Self::NotEmpty => "not_empty",
            Self::IsTrue => "is_true",
            Self::NotTrue => "not_true",
        }
    }

    /// Whether it compares with a value.
    pub fn takes_value(self) -> bool {
        matches!(
            self,
            Self::Equal | Self::Contains | Self::StartsWith | Self::EndsWith
        )
    }
}

/// Which rows a report is to have, by one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    pub filter_type: FilterType,
    /// See [`FilterType::takes_value`].
    pub value: Option<String>,
}

/// A filter and its column, as `NAME:TYPE[:VALUE]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnFilter {
    pub column: String,
    pub filter: Filter,
}

impl ColumnFilter {
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = text.splitn(3, ':');
        let (column, word) = (parts.next().unwrap_or_default(), parts.next());
        let value = parts.next();
        if column.is_empty() {
            return Err("a filter is NAME:TYPE:VALUE".into());
        }
        let filter_type = one_of(FilterType::ALL, FilterType::as_str, word)?;
        let value = match (filter_type.takes_value(), value) {
            (true, Some(value)) if !value.is_empty() => Some(value.into()),
            (true, _) => {
                return Err(format!(
                    "{} needs a value: NAME:TYPE:VALUE",
                    filter_type.as_str()
                ));
            }
            (false, None | Some("")) => None,
            (false, Some(_)) => return Err(format!("{} takes no value", filter_type.as_str())),
        };
        Ok(Self {
            column: column.into(),
            filter: Filter { filter_type, value },
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sorting {
    Ascending,
    Descending,
}

impl Sorting {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ascending => "asc",
            Self::Descending => "desc",
        }
    }
}

/// The column to sort by, as `NAME:asc`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnSort {
    pub column: String,
    pub sorting: Sorting,
}

impl ColumnSort {
    pub fn parse(text: &str) -> Result<Self, String> {
        let (column, word) = match text.rsplit_once(':') {
            Some((column, word)) => (column, Some(word)),
            None => (text, None),
        };
        if column.is_empty() {
            return Err("a column to sort by is NAME:asc or NAME:desc".into());
        }
        let both = [Sorting::Ascending, Sorting::Descending];
        Ok(Self {
            column: column.into(),
            sorting: one_of(both, Sorting::as_str, word)?,
        })
    }
}

/// The value that is called so; else the error that lists what all are called.
fn one_of<T: Copy, const N: usize>(
    all: [T; N],
    name: impl Fn(T) -> &'static str,
    given: Option<&str>,
) -> Result<T, String> {
    let found = all.into_iter().find(|one| given == Some(name(*one)));
    found.ok_or_else(|| {
        let names = all.map(name).join(", ");
        match given {
            Some(given) => format!("'{given}' is none of {names}"),
            None => format!("one of {names} must follow the column, behind a colon"),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_names_its_column_type_and_value() {
        for (text, filter_type, value) in [
            (
                "phone_number:contains:79999999999",
                FilterType::Contains,
                "79999999999",
            ),
            ("phone_number:equal:a:b", FilterType::Equal, "a:b"),
            ("phone_number:is_empty", FilterType::IsEmpty, ""),
            ("phone_number:not_true:", FilterType::NotTrue, ""),
        ] {
            let expected = ColumnFilter {
                column: "phone_number".into(),
                filter: Filter {
                    filter_type,
                    value: (!value.is_empty()).then(|| value.into()),
                },
            };
            assert_eq!(ColumnFilter::parse(text), Ok(expected));
        }
        for text in [
            "",
            "x",
            "x:",
            ":equal:a",
            "x:equal",
            "x:equal:",
            "x:is_empty:1",
            "x:like:a",
        ] {
            assert!(ColumnFilter::parse(text).is_err(), "{text}");
        }
        let all = ColumnFilter::parse("x:like:a").unwrap_err();
        assert_eq!(
            all,
            "'like' is none of equal, contains, starts_with, ends_with, is_empty, not_empty, is_true, not_true"
        );
    }

    #[test]
    fn a_column_is_sorted_by_in_one_of_two_orders() {
        let sort = ColumnSort::parse("call:time:desc").unwrap();
        assert_eq!(
            (sort.column.as_str(), sort.sorting.as_str()),
            ("call:time", "desc")
        );
        for text in ["", "x", "x:", ":asc", "x:up"] {
            assert!(ColumnSort::parse(text).is_err(), "{text}");
        }
    }
}
