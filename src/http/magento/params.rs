//! The parameters of a service call: merging, names, required ones, types.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::envelope::Problem;
use super::{casts, phrases};

/// All parameters of a request, by the names that were sent.
pub struct Params(Map<String, Value>);

impl Params {
    /// Route variables over the query over the body. On PUT, names that differ only in case and
    /// underscores are one parameter, and the first stays.
    pub fn merge(body: Value, variables: Vec<(String, Value)>, query: Vec<(String, Value)>, is_put: bool) -> Self {
        let mut params = match body {
            Value::Object(map) => map,
            _ => Map::new(),
        };
        params.extend(query);
        params.extend(variables);
        if is_put {
            let mut seen = HashSet::new();
            params.retain(|name, _| seen.insert(name.to_lowercase().replace('_', "")));
        }
        Self(params)
    }

    /// The parameters by the names that were sent.
    pub fn into_map(self) -> Map<String, Value> {
        self.0
    }

    /// A parameter that is text already.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// The value under the camelCase name, else under the `snake_case` one; null is absent.
    fn get(&self, name: &str) -> Option<&Value> {
        let present = |name: &str| self.0.get(name).filter(|value| !value.is_null());
        present(name).or_else(|| present(&snake_case(name)))
    }
}

/// Reads a service's parameters in the order of their declaration: a wrong type ends the reading at
/// once, missing ones are collected.
pub struct Fields<'a> {
    params: &'a Params,
    missing: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// Begins the reading.
    pub fn of(params: &'a Params) -> Self {
        Self { params, missing: Vec::new() }
    }

    /// A required text; empty in place of a missing one until [`Fields::finish`].
    ///
    /// # Errors
    /// A list or object.
    pub fn text(&mut self, name: &'static str) -> Result<String, Problem> {
        if let Some(value) = self.params.get(name) {
            casts::to_text(value).map_err(|found| phrases::wrong_type(found, "string"))
        } else {
            self.missing.push(name);
            Ok(String::new())
        }
    }

    /// An optional text.
    ///
    /// # Errors
    /// A list or object.
    pub fn optional_text(&self, name: &str) -> Result<Option<String>, Problem> {
        let text = |value| casts::to_text(value).map_err(|found| phrases::wrong_type(found, "string"));
        self.params.get(name).map(text).transpose()
    }

    /// An optional whole number.
    ///
    /// # Errors
    /// What is not numeric.
    pub fn optional_int(&self, name: &str) -> Result<Option<i64>, Problem> {
        let int = |value| casts::to_int(value).map_err(|found| phrases::wrong_type(&found, "int"));
        self.params.get(name).map(int).transpose()
    }

    /// A required whole number; 0 in place of a missing one until [`Fields::finish`].
    ///
    /// # Errors
    /// What is not numeric.
    pub fn int(&mut self, name: &'static str) -> Result<i64, Problem> {
        let value = self.optional_int(name)?;
        if value.is_none() {
            self.missing.push(name);
        }
        Ok(value.unwrap_or(0))
    }

    /// A required object's own parameters; empty in place of a missing one until [`Fields::finish`].
    ///
    /// # Errors
    /// What is no object.
    pub fn object(&mut self, name: &'static str) -> Result<Params, Problem> {
        match self.params.get(name) {
            Some(Value::Object(map)) => Ok(Params(map.clone())),
            Some(Value::Array(_)) => Ok(Params(Map::new())),
            Some(value) => {
                let found = casts::to_text(value).unwrap_or_else(str::to_owned);
                Err(phrases::wrong_type(&found, "\\Magento\\Customer\\Api\\Data\\CustomerInterface"))
            }
            None => {
                self.missing.push(name);
                Ok(Params(Map::new()))
            }
        }
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// What is missing.
    pub fn finish(self) -> Result<(), Problem> {
        if self.missing.is_empty() { Ok(()) } else { Err(phrases::required(&self.missing)) }
    }
}

fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for character in name.chars() {
        if character.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(character.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn precedence() {
        let pair = |name: &str, value: &str| (name.to_owned(), Value::from(value));
        let params = Params::merge(
            json!({"a": "body", "b": "body"}),
            vec![pair("a", "route")],
            vec![pair("a", "query"), pair("b", "query")],
            false,
        );
        assert_eq!((params.get("a"), params.get("b")), (Some(&json!("route")), Some(&json!("query"))));
    }

    #[test]
    fn camel_case_before_snake_case_unless_null() {
        let params = Params::merge(
            json!({"resetToken": "a", "reset_token": "b", "newPassword": null, "new_password": "c"}),
            vec![],
            vec![],
            false,
        );
        assert_eq!(params.get("resetToken"), Some(&json!("a")));
        assert_eq!(params.get("newPassword"), Some(&json!("c")));
    }

    #[test]
    fn put_keeps_the_first_of_like_names() {
        let body = json!({"Email": "a", "email": "b"});
        assert_eq!(Params::merge(body.clone(), vec![], vec![], true).get("email"), None);
        assert_eq!(Params::merge(body, vec![], vec![], false).get("email"), Some(&json!("b")));
    }
}
