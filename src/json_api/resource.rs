//! One resource object.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::types::Type;

/// `fields[type]`: the names that are wanted.
pub type Fields = HashMap<&'static str, Vec<String>>;

/// A resource, ready to be rendered.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Its type.
    pub kind: &'static Type,
    /// Its public id.
    pub id: String,
    /// Name and value, in the order of the document.
    pub attributes: Vec<(&'static str, Value)>,
    /// `data` of the relationships that are included.
    pub linkage: Vec<(&'static str, Value)>,
}

/// How resources are shown.
pub struct View<'a> {
    /// What links begin with: `https://host`, or nothing for relative ones.
    pub base: &'a str,
    /// `meta` of every resource object.
    pub meta: &'a Value,
    /// What is wanted of each type; everything of types that are not in it.
    pub fields: &'a Fields,
}

impl Resource {
    /// `{type, id}`.
    #[must_use]
    pub fn identifier(&self) -> Value {
        json!({"type": self.kind.name, "id": self.id})
    }

    /// The resource object.
    #[must_use]
    pub fn render(&self, view: &View<'_>) -> Value {
        let wanted = view.fields.get(self.kind.name);
        let shown = |name: &str| wanted.is_none_or(|names| names.iter().any(|one| one == name));
        let own = self_link(view.base, self.kind, &self.id);
        let attributes = self.attributes.iter().filter(|(name, _)| shown(name));
        let attributes: Map<String, Value> =
            attributes.map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let mut relationships = Map::new();
        for relationship in self.kind.relationships.iter().filter(|one| shown(one.name)) {
            relationships.insert(relationship.name.to_owned(), self.relationship(&own, relationship.name));
        }
        let mut object = json!({"id": self.id, "type": self.kind.name, "links": {"self": own}});
        object["attributes"] = Value::Object(attributes);
        if !relationships.is_empty() {
            object["relationships"] = Value::Object(relationships);
        }
        object["meta"] = view.meta.clone();
        object
    }

    fn relationship(&self, own: &str, name: &str) -> Value {
        let mut object = json!({"links": {
            "self": format!("{own}/relationships/{name}"),
            "related": format!("{own}/{name}"),
        }});
        if let Some((_, data)) = self.linkage.iter().find(|(linked, _)| *linked == name) {
            object["data"] = data.clone();
        }
        object
    }
}

/// Where a resource is found.
#[must_use]
pub fn self_link(base: &str, kind: &Type, id: &str) -> String {
    format!("{base}/api/{}/{id}", kind.name)
}
