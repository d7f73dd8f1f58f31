//! XML bodies, as Magento's parser turns them into arrays.
//!
//! The root's name is free and its children become keys. Leaves are strings; `<a/>` and `<a></a>`
//! are null; white space alone is `""`; a repeated element becomes a list; attributes turn a value
//! into an array. External entities are never loaded, declared ones never expanded.

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use serde_json::{Map, Value};

/// Elements within elements; no real body has more.
const MAX_DEPTH: usize = 512;

/// Attributes of one element; the parser compares each with all before it.
const MAX_ATTRIBUTES: usize = 256;

/// An element that is being read.
struct Open {
    name: String,
    attributes: Map<String, Value>,
    content: Value,
    has_children: bool,
}

/// Decodes a whole body to the content of its root element.
///
/// # Errors
/// The parser's words.
pub fn decode(body: &[u8]) -> Result<Value, String> {
    let text = std::str::from_utf8(body).map_err(|error| error.to_string())?;
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut open: Vec<Open> = Vec::new();
    let mut root = None;
    let mut declared_entities = false;
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) if root.is_none() && open.len() < MAX_DEPTH => open.push(element(&start)?),
            Event::Empty(start) if root.is_none() => close(element(&start)?, &mut open, &mut root),
            Event::Start(_) | Event::Empty(_) => return Err("Extra content at the end of the document".into()),
            Event::End(_) => match open.pop() {
                Some(element) => close(element, &mut open, &mut root),
                None => return Err("Unexpected end tag".into()),
            },
            Event::Text(text) => add_text(&mut open, &text.xml10_content())?,
            Event::CData(data) => set_text(&mut open, &data.xml10_content())?,
            Event::GeneralRef(reference) => match resolve(&reference)? {
                Some(text) => append_text(&mut open, &text)?,
                None if declared_entities => {}
                None => return Err("Entity not defined".into()),
            },
            Event::DocType(_) => declared_entities = true,
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    if !open.is_empty() {
        return Err("Premature end of data".into());
    }
    root.ok_or_else(|| "Document is empty".into())
}

fn element(start: &BytesStart<'_>) -> Result<Open, String> {
    let mut attributes = Map::new();
    for (number, attribute) in start.attributes().enumerate() {
        if number == MAX_ATTRIBUTES {
            return Err("Too many attributes".into());
        }
        let attribute = attribute.map_err(|error| error.to_string())?;
        let name = attribute.key.as_ref();
        if !name.starts_with("xmlns") {
            attributes.insert(name.to_owned(), Value::String(attribute.value.into_owned()));
        }
    }
    Ok(Open {
        name: start.name().as_ref().to_owned(),
        attributes,
        content: Value::String(String::new()),
        has_children: false,
    })
}

/// Files a finished element under its parent, or as the root.
fn close(element: Open, open: &mut [Open], root: &mut Option<Value>) {
    let value = if element.has_children { element.content } else { Value::Null };
    let value = if element.attributes.is_empty() {
        value
    } else {
        serde_json::json!({"_value": value, "_attribute": element.attributes})
    };
    let Some(parent) = open.last_mut() else {
        *root = Some(value);
        return;
    };
    parent.has_children = true;
    if !parent.content.is_object() {
        parent.content = Value::Object(Map::new());
    }
    if let Value::Object(children) = &mut parent.content {
        match children.get_mut(&element.name) {
            None | Some(Value::Null) => {
                children.insert(element.name, value);
            }
            Some(Value::Array(list)) => list.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
}

/// White space alone does not replace what is there already.
fn add_text(open: &mut [Open], text: &str) -> Result<(), String> {
    match open.last_mut() {
        Some(element) => {
            element.has_children = true;
            if !text.trim().is_empty() {
                push(element, text);
            }
            Ok(())
        }
        None if text.trim().is_empty() => Ok(()),
        None => Err("Start tag expected".into()),
    }
}

fn append_text(open: &mut [Open], text: &str) -> Result<(), String> {
    let element = open.last_mut().ok_or("Start tag expected")?;
    element.has_children = true;
    push(element, text);
    Ok(())
}

fn set_text(open: &mut [Open], text: &str) -> Result<(), String> {
    let element = open.last_mut().ok_or("Start tag expected")?;
    element.has_children = true;
    element.content = Value::String(text.to_owned());
    Ok(())
}

/// Text and entities of one run come in pieces.
fn push(element: &mut Open, text: &str) {
    match &mut element.content {
        Value::String(content) => content.push_str(text),
        other => *other = Value::String(text.to_owned()),
    }
}

/// The five predefined entities and character references.
fn resolve(reference: &quick_xml::events::BytesRef<'_>) -> Result<Option<String>, String> {
    if let Some(character) = reference.resolve_char_ref().map_err(|error| error.to_string())? {
        return Ok(Some(character.to_string()));
    }
    Ok(quick_xml::escape::resolve_predefined_entity(reference).map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn decoded(body: &str) -> Value {
        decode(body.as_bytes()).unwrap()
    }

    #[test]
    fn leaves() {
        let body = "<?xml version=\"1.0\"?>\n<any>\n <a>x</a><b/><c></c><d> </d><e><![CDATA[<&]]></e><f>a&amp;&#98;</f>\n</any>\n";
        assert_eq!(decoded(body), json!({"a": "x", "b": null, "c": null, "d": "", "e": "<&", "f": "a&b"}));
    }

    #[test]
    fn arrays() {
        assert_eq!(decoded("<r><a>1</a><a>2</a><a>3</a></r>"), json!({"a": ["1", "2", "3"]}));
        assert_eq!(decoded("<r><a x='1'>2</a></r>"), json!({"a": {"_value": "2", "_attribute": {"x": "1"}}}));
        assert_eq!(decoded("<r><a><b>1</b></a></r>"), json!({"a": {"b": "1"}}));
        assert_eq!(decoded("<r/>"), Value::Null);
    }

    #[test]
    fn malformed_or_hostile() {
        let bodies = ["", "x", "<a><b>", "<a></b>", "<a/><b/>", "<a>&nosuch;</a>", "<a/>x", "{\"a\":1}"];
        for body in bodies {
            assert!(decode(body.as_bytes()).is_err(), "{body}");
        }
        let hostile = "<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><r><a>&x;</a></r>";
        assert_eq!(decoded(hostile), json!({"a": null}));
    }
}
