//! `rekey reset issue`.

use serde::Serialize;

use super::arguments::Which;
use super::{Failure, customer, output};
use crate::app::App;
use crate::domain::email::Email;
use crate::service::{customers, issue_reset, shop};

#[derive(Serialize)]
struct Issued {
    token: String,
    link: String,
}

/// Replaces a customer's reset token and prints it with its link; no mail is sent.
pub async fn issue(app: &App, which: Which, json: bool) -> Result<(), Failure> {
    let shop = shop::current(app).await?;
    let website = customer::website(&shop, which.website)?;
    let account = customers::find(app, Email::new(which.email), website).await?;
    let issued = issue_reset::issue_reset(app, &shop, &account).await?;
    let issued = Issued { token: issued.token.expose().to_owned(), link: issued.link };
    output::print(&issued, json, |issued| {
        println!("token  {}", issued.token);
        println!("link   {}", issued.link);
    })
}
