//! Where values come from, and the collecting of mistakes.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::Effective;
use super::keys::{KEYS, Show, find};
use crate::storage::target::mask_password;

const PREFIX: &str = "REKEY_";
const DEFAULT_FILE: &str = "rekey.toml";

/// What the command line says.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `--config`; without it `rekey.toml` is read where it exists.
    pub file: Option<PathBuf>,
    /// `section.key` and value.
    pub values: Vec<(String, String)>,
}

/// Collects values and mistakes.
pub struct Reader {
    values: BTreeMap<&'static str, (String, String)>,
    mistakes: Vec<String>,
}

impl Reader {
    /// Reads the file, then the variables over it, then the command line over both.
    #[must_use]
    pub fn open(overrides: &Overrides, environment: &[(String, String)]) -> Self {
        let mut reader = Self { values: BTreeMap::new(), mistakes: Vec::new() };
        reader.read_file(overrides.file.as_ref());
        for (name, value) in environment {
            if let Some(rest) = name.strip_prefix(PREFIX) {
                let key = rest.to_lowercase().replacen("__", ".", 1);
                reader.set(&key, value.clone(), name);
            }
        }
        for (key, value) in &overrides.values {
            reader.set(key, value.clone(), "command line");
        }
        reader
    }

    fn read_file(&mut self, named: Option<&PathBuf>) {
        let path = named.cloned().unwrap_or_else(|| DEFAULT_FILE.into());
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(_) if named.is_none() && !path.exists() => return,
            Err(error) => return self.mistakes.push(format!("{}: {error}", path.display())),
        };
        let source = path.display().to_string();
        match text.parse::<toml::Table>() {
            Ok(table) => self.read_table(&table, &source),
            Err(error) => self.mistakes.push(format!("{source}: {}", error.message())),
        }
    }

    fn read_table(&mut self, table: &toml::Table, source: &str) {
        for (section, value) in table {
            let Some(entries) = value.as_table() else {
                self.mistakes.push(format!("{source}: `{section}` must be a section, as in [http]"));
                continue;
            };
            for (key, value) in entries {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                self.set(&format!("{section}.{key}"), text, source);
            }
        }
    }

    fn set(&mut self, name: &str, value: String, source: &str) {
        match find(name) {
            Some(key) => {
                self.values.insert(key.name, (value, source.to_owned()));
            }
            None => self.mistakes.push(format!("{source}: there is no setting `{name}`; `rekey config` lists them")),
        }
    }

    /// The value of a key, parsed. A mistake is noted, and the default stands in for the rest of
    /// the reading.
    ///
    /// # Panics
    /// When a key is not in the table or its own default does not parse, which a test excludes.
    pub fn get<T>(&mut self, name: &'static str, parse: impl Fn(&str) -> Result<T, String>) -> T {
        let key = find(name).unwrap_or_else(|| panic!("{name} is not in the table of keys"));
        if let Some((value, source)) = self.values.get(name) {
            match parse(value) {
                Ok(parsed) => return parsed,
                Err(mistake) => self.mistakes.push(format!("{name} ({source}): {mistake}")),
            }
        }
        parse(key.default).unwrap_or_else(|mistake| panic!("the default of {name}: {mistake}"))
    }

    /// What is in force, secrets masked.
    #[must_use]
    pub fn effective(&self) -> Vec<Effective> {
        let line = |key: &'static super::keys::Key| {
            let (value, source) =
                self.values.get(key.name).cloned().unwrap_or_else(|| (key.default.to_owned(), "default".to_owned()));
            let value = match key.show {
                Show::Whole => value,
                Show::Url => mask_password(&value),
                Show::Masked if value.is_empty() => value,
                Show::Masked => "***".to_owned(),
            };
            Effective { key: key.name, value, source }
        };
        KEYS.iter().map(line).collect()
    }

    /// The result, or all mistakes.
    ///
    /// # Errors
    /// The mistakes.
    pub fn finish<T>(self, config: T) -> Result<T, Vec<String>> {
        if self.mistakes.is_empty() { Ok(config) } else { Err(self.mistakes) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::values;

    fn environment(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn all_mistakes_are_said_at_once() {
        let variables = [("REKEY_HTTP__BIND", "nonsense"), ("REKEY_HTTP__PORT", "1"), ("REKEY_X", "1"), ("HOME", "/")];
        let overrides = Overrides { file: Some("/nonexistent/rekey.toml".into()), values: Vec::new() };
        let mut reader = Reader::open(&overrides, &environment(&variables));
        reader.get("http.bind", values::address);
        let mistakes = reader.finish(()).unwrap_err();
        assert_eq!(mistakes.len(), 4, "{mistakes:?}");
    }

    #[test]
    fn flags_win_over_variables_and_secrets_are_masked() {
        let variables = environment(&[
            ("REKEY_HTTP__BIND", "127.0.0.1:1"),
            ("REKEY_MAGENTO__CRYPT_KEY", "s3cret"),
            ("REKEY_DATABASE__URL", "mysql://u:s3cret@h/d"),
        ]);
        let overrides = Overrides { file: None, values: vec![("http.bind".into(), "127.0.0.1:2".into())] };
        let mut reader = Reader::open(&overrides, &variables);
        assert_eq!(reader.get("http.bind", values::address).port(), 2);
        assert!(!format!("{:?}", reader.effective()).contains("s3cret"));
    }
}
