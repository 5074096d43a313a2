//! The columns of a report: which one is what, and how one is asked for.

use std::str::FromStr;

use serde_json::{Value, json};

/// Which column says what; no document does.
#[derive(Clone, Debug)]
pub struct ColumnNames {
    pub id: Option<String>,
    pub time: Option<String>,
    pub duration: Option<String>,
    pub result: Option<String>,
    pub number: String,
}

impl ColumnNames {
    fn typed(&self) -> impl Iterator<Item = (&str, DataType)> {
        let known = [
            (&self.id, DataType::Text),
            (&self.time, DataType::DateTime),
            (&self.duration, DataType::Number),
            (&self.result, DataType::Text),
        ];
        let known = known
            .into_iter()
            .filter_map(|(name, data_type)| Some((name.as_deref()?, data_type)));
        // A number is one of type number in the document, and its answer calls it text.
        known.chain([(self.number.as_str(), DataType::Number)])
    }

    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.typed().map(|(name, _)| name)
    }

    /// A question for a column. One that is not among the names is of type text.
    pub fn query(&self, name: &str) -> ColumnQuery {
        let known = self.typed().find(|(known, _)| *known == name);
        ColumnQuery {
            name: name.to_owned(),
            data_type: known.map_or(DataType::Text, |(_, data_type)| data_type),
            filter: None,
            sorting: None,
        }
    }

    /// Questions for all of them, each once.
    pub fn queries(&self) -> Vec<ColumnQuery> {
        let mut queries: Vec<ColumnQuery> = Vec::new();
        for name in self.all() {
            if queries.iter().all(|query| query.name != name) {
                queries.push(self.query(name));
            }
        }
        queries
    }
}

/// A column that a report is to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnQuery {
    pub name: String,
    pub data_type: DataType,
    pub filter: Option<Filter>,
    pub sorting: Option<Sorting>,
}

/// Which rows a report is to have, by one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    pub filter_type: FilterType,
    /// See [`FilterType::takes_value`].
    pub value: Option<String>,
}

impl ColumnQuery {
    /// As a request has it. `id`: its place, from 1.
    pub(super) fn to_json(&self, id: usize) -> Value {
        let mut column = json!({
            "id": id,
            "name": self.name,
            "display_name": self.name,
            "column_type": "field",
            "data_type": self.data_type.as_str(),
        });
        if let Some(filter) = &self.filter {
            column["filter_type"] = filter.filter_type.as_str().into();
            if let Some(value) = &filter.value {
                column["filter_value"] = value.as_str().into();
            }
        }
        if let Some(sorting) = self.sorting {
            column["sorting"] = sorting.as_str().into();
        }
        column
    }
}

/// Words of the API, as a request has them and a person types them.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $what:literal { $($variant:ident: $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($variant),* }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }

        impl FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                let mut all = Self::ALL.iter();
                let known = all.find(|word| word.as_str() == text).copied();
                known.ok_or_else(|| {
                    let words: Vec<_> = Self::ALL.iter().map(|word| word.as_str()).collect();
                    format!("'{text}' is no {}: write one of {}", $what, words.join(", "))
                })
            }
        }
    };
}

words! {
    /// What a column holds.
    DataType, "data type" {
        Text: "text",
        Number: "number",
        DateTime: "datetime",
        Dialog: "dialog",
        Goal: "goal",
    }
}

words! {
    /// How a column is compared with a value.
    FilterType, "filter type" {
        Equal: "equal",
        Contains: "contains",
        StartsWith: "starts_with",
        EndsWith: "ends_with",
        IsEmpty: "is_empty",
        NotEmpty: "not_empty",
        IsTrue: "is_true",
        NotTrue: "not_true",
    }
}

words! {
    /// The order of a report's rows by one column.
    Sorting, "order" {
        Ascending: "asc",
        Descending: "desc",
    }
}

impl FilterType {
    /// Whether it compares with a value; else the column's content alone decides.
    pub fn takes_value(self) -> bool {
        matches!(
            self,
            Self::Equal | Self::Contains | Self::StartsWith | Self::EndsWith
        )
    }
}
