//! `rekey serve`.

use actix_web::web;

use super::{Failure, with_app};
use crate::app::App;
use crate::config::Config;
use crate::server;

/// Runs until SIGTERM or SIGINT; what is in flight then is still answered.
pub fn run(config: Config) -> Result<(), Failure> {
    with_app(config, serve)
}

async fn serve(app: App) -> Result<(), Failure> {
    banner(&app);
    let app = web::Data::new(app);
    let listening = server::listen(app.clone())?;
    log::info!("listening on http://{}", listening.address);
    listening.server.await?;
    app.courier.stop();
    log::info!("stopped");
    Ok(())
}

fn banner(app: &App) {
    let owner = if app.magento_owned { ", whose tables a Magento owns" } else { "" };
    log::info!("rekey {} on {}{owner}", env!("CARGO_PKG_VERSION"), app.storage.target().masked());
    log::info!("new passwords: {:?}; empty email: {:?}", app.hasher.scheme(), app.config.magento.empty_email);
}
