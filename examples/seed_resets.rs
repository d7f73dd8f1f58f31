//! Issues a reset token to N customers, every STEP-th of the table, and prints `email token` lines: food for the
//! load driver, which must spend a fresh token with every successful reset. Mails nobody.
//!
//! The database is that of the configuration (`REKEY_DATABASE__URL` …), as for `rekey` itself.
//!
//! `cargo run --profile tools --example seed_resets N [STEP]`

use futures_util::future::try_join_all;
use rekey::app::App;
use rekey::config::{Config, Overrides};
use rekey::service::issue_reset::issue_reset;
use rekey::service::{Fault, customers, shop};
use rekey::storage::customers::Account;

/// How many are issued at once.
const TOGETHER: usize = 100;

fn main() {
    let numbers: Vec<i64> = std::env::args().skip(1).map(|text| text.parse().expect("N [STEP]")).collect();
    let wanted = *numbers.first().expect("N [STEP]");
    let config = Config::load(&Overrides::default()).expect("a configuration");
    let app = App::build(config).expect("a database");
    let step = numbers.get(1).copied().unwrap_or(1);
    actix_web::rt::System::new().block_on(seed(&app, wanted, step)).expect("tokens");
}

async fn seed(app: &App, wanted: i64, step: i64) -> Result<(), Fault> {
    let shop = shop::current(app).await?;
    let mut accounts = Vec::new();
    if step == 1 {
        accounts = customers::list(app, wanted, 0).await?;
    } else {
        for number in 0..wanted {
            accounts.extend(customers::list(app, 1, number * step).await?);
        }
    }
    for some in accounts.chunks(TOGETHER) {
        let issued = try_join_all(some.iter().map(|account| issue_reset(app, &shop, account))).await?;
        some.iter().zip(issued).for_each(|(account, issued)| line(account, issued.token.expose()));
    }
    Ok(())
}

fn line(account: &Account, token: &str) {
    println!("{} {token}", account.email.as_deref().unwrap_or_default());
}
