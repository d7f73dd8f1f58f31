//! XML answers, as Magento renders them: root `response`, two blanks a level, list entries `item`.

use std::fmt::Write;

use quick_xml::escape::partial_escape;
use serde_json::Value;

/// Encodes a value.
pub fn encode(value: &Value) -> String {
    let mut text = String::from("<?xml version=\"1.0\"?>\n");
    write(&mut text, "response", value, 0);
    text
}

fn write(text: &mut String, name: &str, value: &Value, level: usize) {
    let indent = "  ".repeat(level);
    let name = tag(name);
    // Writing into a string cannot fail.
    let _ = match value {
        Value::Object(map) if map.is_empty() => writeln!(text, "{indent}<{name}/>"),
        Value::Array(list) if list.is_empty() => writeln!(text, "{indent}<{name}/>"),
        Value::Object(_) | Value::Array(_) => {
            let _ = writeln!(text, "{indent}<{name}>");
            for (key, child) in children(value) {
                write(text, key, child, level + 1);
            }
            writeln!(text, "{indent}</{name}>")
        }
        scalar => writeln!(text, "{indent}<{name}>{}</{name}>", content(scalar)),
    };
}

fn children(value: &Value) -> Vec<(&str, &Value)> {
    match value {
        Value::Object(map) => map.iter().map(|(key, child)| (key.as_str(), child)).collect(),
        Value::Array(list) => list.iter().map(|child| ("item", child)).collect(),
        _ => Vec::new(),
    }
}

fn content(scalar: &Value) -> String {
    let text = match scalar {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    // Control characters cannot stand in XML at all.
    let legal: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t')).collect();
    partial_escape(&legal).replace('\r', "&#13;")
}

/// What cannot stand in a tag is left out.
fn tag(name: &str) -> String {
    let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).collect();
    match name.bytes().next() {
        Some(first) if first.is_ascii_digit() => format!("item{name}"),
        Some(_) => name,
        None => "item".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn scalars_and_errors() {
        assert_eq!(encode(&json!(true)), "<?xml version=\"1.0\"?>\n<response>true</response>\n");
        let error = json!({"message": "a < b & \"c\"", "parameters": {"fieldName": "email"}});
        assert_eq!(
            encode(&error),
            "<?xml version=\"1.0\"?>\n<response>\n  <message>a &lt; b &amp; \"c\"</message>\n  <parameters>\n    \
             <fieldName>email</fieldName>\n  </parameters>\n</response>\n"
        );
        assert!(encode(&json!({"parameters": [256]})).contains("    <item>256</item>\n"));
        assert!(encode(&json!({"value": ""})).contains("<value></value>"));
    }
}
