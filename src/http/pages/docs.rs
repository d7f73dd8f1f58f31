//! `/docs`: every call with its parameters, an example and its answers.

use std::fmt::Write;

use quick_xml::escape::escape;
use serde_json::Value;

use crate::http::api::{Api, Operation, Parameter, Place, Type};

/// The body of the page.
///
/// * `origin`: scheme and host for the examples.
pub fn render(apis: &[Api], origin: &str) -> String {
    let groups = groups(apis);
    let mut body = header(origin);
    body.push_str("<nav aria-label=\"Calls\">\n");
    for (title, operations) in &groups {
        let _ = writeln!(body, "<h2>{}</h2>\n<ul>", escape(title));
        for (_, operation) in operations {
            let _ = writeln!(
                body,
                "<li><a href=\"#{id}\">{}</a></li>",
                escape(operation.summary),
                id = escape(&operation.id)
            );
        }
        body.push_str("</ul>\n");
    }
    body.push_str("</nav>\n<main>\n");
    for (title, operations) in &groups {
        let _ = writeln!(body, "<section>\n<h2>{}</h2>", escape(title));
        for (api, operation) in operations {
            body.push_str(&article(api, operation, origin));
        }
        body.push_str("</section>\n");
    }
    body.push_str("</main>\n");
    body
}

type Group<'a> = (String, Vec<(&'a Api, &'a Operation)>);

/// By tag, and asynchronous forms apart from the calls that wait.
fn groups(apis: &[Api]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for api in apis {
        for operation in &api.operations {
            let title = match (operation.success.status, operation.many) {
                (202, false) => "Asynchronous".to_owned(),
                (202, true) => "Asynchronous, in bulk".to_owned(),
                _ => operation.tag.to_owned(),
            };
            match groups.iter_mut().find(|(known, _)| *known == title) {
                Some((_, operations)) => operations.push((api, operation)),
                None => groups.push((title, vec![(api, operation)])),
            }
        }
    }
    groups
}

fn header(origin: &str) -> String {
    format!(
        "<header>\n<p class=\"name\">rekey</p>\n<h1>{}</h1>\n<p>Calls go to <code>{}</code>. The same calls for \
         machines: <a href=\"/openapi.json\">OpenAPI 3.1</a>, and in Magento's names \
         <a href=\"/rest/schema?services=all\">Swagger 2.0</a>.</p>\n</header>\n",
        "The calls that this server answers",
        escape(origin)
    )
}

fn article(api: &Api, operation: &Operation, origin: &str) -> String {
    let path = format!("{}{}", api.root, operation.path);
    let mut article = format!(
        "<article id=\"{}\">\n<h3>{}</h3>\n<p class=\"call\"><b class=\"{method}\">{method}</b> <code>{}</code></p>\n",
        escape(&operation.id),
        escape(operation.summary),
        breakable(&path),
        method = operation.method,
    );
    if !operation.notes.is_empty() {
        let _ = writeln!(article, "<p>{}</p>", escape(operation.notes));
    }
    article.push_str(&parameters(operation));
    let _ = writeln!(article, "<pre tabindex=\"0\"><code>{}</code></pre>", escape(curl(&path, operation, origin)));
    article.push_str(&answers(operation));
    article.push_str("</article>\n");
    article
}

/// Lines may break behind slashes.
fn breakable(path: &str) -> String {
    escape(path).replace('/', "/<wbr>")
}

fn parameters(operation: &Operation) -> String {
    if operation.parameters.is_empty() {
        return String::new();
    }
    let row = |parameter: &Parameter| {
        format!(
            "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td>{}{}</td></tr>\n",
            escape(parameter.name),
            place(parameter),
            escape(parameter.about),
            if parameter.required { "" } else { " <i>optional</i>" },
        )
    };
    let rows: String = operation.parameters.iter().map(row).collect();
    format!("<table>\n<caption>Takes</caption>\n{rows}</table>\n")
}

fn place(parameter: &Parameter) -> String {
    let kind = match parameter.kind {
        Type::Text | Type::Secret => "text",
        Type::Int => "whole number",
        Type::Flag => "true or false",
        Type::Object | Type::Named(_) => "object",
    };
    let place = match parameter.place {
        Place::Path => "path",
        Place::Query => "query",
        Place::Body => "body",
    };
    format!("{kind}, {place}")
}

/// A call that can be pasted into a shell.
fn curl(path: &str, operation: &Operation, origin: &str) -> String {
    let mut url = path.to_owned();
    for parameter in operation.parameters_in(Place::Path) {
        url = url.replace(&format!("{{{}}}", parameter.name), &plain(&parameter.example));
    }
    let query: Vec<String> = operation
        .parameters_in(Place::Query)
        .iter()
        .map(|parameter| format!("{}={}", parameter.name, plain(&parameter.example)))
        .collect();
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    let method = if operation.method == "GET" { String::new() } else { format!("-X {} ", operation.method) };
    let mut command = format!("curl {method}'{origin}{url}{query}'");
    if operation.signed_in {
        command.push_str(" \\\n  -H \"Authorization: Bearer $TOKEN\"");
    }
    if let Some(body) = operation.example_body() {
        let _ = write!(command, " \\\n  -H 'Content-Type: application/json' \\\n  -d '{body}'");
    }
    command
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn answers(operation: &Operation) -> String {
    let success = &operation.success;
    let example = serde_json::to_string_pretty(&success.example).unwrap_or_default();
    let mut list = format!(
        "<dl>\n<dt class=\"good\">{}</dt><dd>{}\n<pre tabindex=\"0\"><code>{}</code></pre></dd>\n",
        success.status,
        escape(success.about),
        escape(&example)
    );
    for (status, about) in &operation.refusals {
        let _ = writeln!(list, "<dt>{status}</dt><dd>{}</dd>", escape(*about));
    }
    list.push_str("</dl>\n");
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> String {
        render(&crate::http::published(), "https://shop.example")
    }

    #[test]
    fn every_call_has_an_article_and_a_link_to_it() {
        let page = page();
        for api in crate::http::published() {
            for operation in api.operations {
                for wanted in [format!("<article id=\"{}\">", operation.id), format!("href=\"#{}\"", operation.id)] {
                    assert_eq!(page.matches(&wanted).count(), 1, "{wanted}");
                }
            }
        }
    }

    #[test]
    fn examples_can_be_pasted() {
        let example = "curl -X PUT 'https://shop.example/rest/default/V1/customers/password' \\\n  \
                       -H 'Content-Type: application/json' \\\n  \
                       -d '{\"email\":\"ada@example.com\",\"template\":\"email_reset\"}'";
        assert!(page().contains(&*escape(example)));
        assert!(page().contains("/rest/default/V1/customers/42/password/resetLinkToken/"));
    }

    #[test]
    fn nothing_is_loaded_and_nothing_runs() {
        let page = page();
        for foreign in ["<script", "<img", "<link", "src=", "style=", "onclick", "@import", "url("] {
            assert!(!page.contains(foreign), "{foreign}");
        }
    }
}
