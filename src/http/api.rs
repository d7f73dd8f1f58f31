//! What a door says about itself, in a form that no document owns: Swagger 2.0, OpenAPI 3.1 and the
//! readable page are all written from it.
//!
//! Not in here: the doors' own texts, and the writing of any of the three.

use serde_json::{Map, Value, json};

/// Operations that share a root and formats.
pub struct Api {
    /// What stands before each path; `{name}` is a variable that each operation lists.
    pub root: String,
    /// Media types of bodies and answers, the usual one first.
    pub formats: &'static [&'static str],
    /// In the order in which they are shown.
    pub operations: Vec<Operation>,
}

/// A call.
#[derive(Clone)]
pub struct Operation {
    /// Unique within a document; generators make a function's name of it.
    pub id: String,
    /// The group.
    pub tag: &'static str,
    /// `GET`, `POST`, `PUT` or `DELETE`.
    pub method: &'static str,
    /// Behind the root, with `{variables}`.
    pub path: String,
    /// One line.
    pub summary: &'static str,
    /// What else a caller must know; may be empty.
    pub notes: &'static str,
    /// Whether it needs a customer's bearer token.
    pub signed_in: bool,
    /// Whether the body is a list of what `parameters` describes.
    pub many: bool,
    /// In the order of declaration.
    pub parameters: Vec<Parameter>,
    /// The good answer.
    pub success: Answer,
    /// Every other status and why it is sent.
    pub refusals: Vec<(u16, &'static str)>,
    /// The definition that refusals follow; with one, statuses that are not listed follow it, too.
    pub refusal: Type,
}

impl Operation {
    /// The parameters that travel in one place.
    pub fn parameters_in(&self, place: Place) -> Vec<&Parameter> {
        self.parameters.iter().filter(|parameter| parameter.place == place).collect()
    }

    /// What to send, when anything is sent.
    pub fn example_body(&self) -> Option<Value> {
        let fields: Map<String, Value> = self
            .parameters_in(Place::Body)
            .into_iter()
            .filter(|field| field.shown)
            .map(|field| (field.name.to_owned(), field.example.clone()))
            .collect();
        let body = Value::Object(fields);
        match (self.parameters_in(Place::Body).is_empty(), self.many) {
            (true, _) => None,
            (false, false) => Some(body),
            (false, true) => Some(json!([body])),
        }
    }
}

/// A value that a call takes.
#[derive(Clone)]
pub struct Parameter {
    /// Its name on the wire.
    pub name: &'static str,
    /// How it travels.
    pub place: Place,
    /// Its type.
    pub kind: Type,
    /// Whether the call fails without it.
    pub required: bool,
    /// One line.
    pub about: &'static str,
    /// A value that could be real.
    pub example: Value,
    /// Whether examples send it.
    pub shown: bool,
}

/// How a parameter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A segment of the path.
    Path,
    /// The query string.
    Query,
    /// A key of the body.
    Body,
}

/// An answer.
#[derive(Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// One line.
    pub about: &'static str,
    /// The type of its body.
    pub kind: Type,
    /// A body that could be real.
    pub example: Value,
}

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// Text.
    Text,
    /// Text that nobody should see.
    Secret,
    /// A whole number.
    Int,
    /// True or false.
    Flag,
    /// An object without a definition.
    Object,
    /// A definition's name.
    Named(&'static str),
}

/// Which document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Swagger 2.0.
    Swagger,
    /// OpenAPI 3.1.
    OpenApi,
}

impl Dialect {
    /// A reference to a definition.
    pub fn reference(self, name: &str) -> Value {
        match self {
            Self::Swagger => json!({"$ref": format!("#/definitions/{name}")}),
            Self::OpenApi => json!({"$ref": format!("#/components/schemas/{name}")}),
        }
    }

    /// The schema of a type.
    pub fn schema(self, kind: Type) -> Value {
        match kind {
            Type::Text => json!({"type": "string"}),
            Type::Secret => json!({"type": "string", "format": "password"}),
            Type::Int => json!({"type": "integer"}),
            Type::Flag => json!({"type": "boolean"}),
            Type::Object => json!({"type": "object"}),
            Type::Named(name) => self.reference(name),
        }
    }

    /// The schema of a body: an object of its fields, or a list of such objects.
    pub fn body(self, operation: &Operation) -> Option<Value> {
        let fields = operation.parameters_in(Place::Body);
        if fields.is_empty() {
            return None;
        }
        let required: Vec<&str> = fields.iter().filter(|field| field.required).map(|field| field.name).collect();
        let properties: Map<String, Value> =
            fields.iter().map(|field| (field.name.to_owned(), self.described(field))).collect();
        let mut object = json!({"type": "object", "required": required, "properties": properties});
        if operation.many {
            return Some(json!({"type": "array", "items": object}));
        }
        // Magento takes any root element; this is the one that its schema names.
        object["xml"] = json!({"name": "request"});
        Some(object)
    }

    /// A field's schema with its text. Beside a reference Swagger allows nothing.
    fn described(self, field: &Parameter) -> Value {
        let mut schema = self.schema(field.kind);
        if schema.get("$ref").is_none() {
            schema["description"] = field.about.into();
        }
        schema
    }
}
