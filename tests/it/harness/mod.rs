//! What the tests stand on: databases, servers, a raw client, a world to seed.

pub mod backend;
pub mod calls;
pub mod client;
pub mod mails;
pub mod mariadb;
pub mod process;
pub mod proxy;
pub mod server;
pub mod sink;
pub mod supervisor;
pub mod world;

pub use backend::Kind;
pub use client::{Answer, Request};
pub use process::Process;
pub use world::{Customer, World};

/// The key that everything in the tests is sealed with, as in the recorded exchanges.
pub const CRYPT_KEY: &str = "0123456789abcdef0123456789abcdef";
/// What the usual customer signs in with.
pub const PASSWORD: &str = "Password123!";
/// A password that every rule likes.
pub const NEW_PASSWORD: &str = "NewPass123!";
/// The token of the usual customer.
pub const TOKEN: &str = "tokenAAAA";
/// The usual customer.
pub const EMAIL: &str = "alice@example.com";
/// The endpoint.
pub const RESET: &str = "/rest/V1/customers/resetPassword";

/// Runs an asynchronous piece of the library to its end.
pub fn wait<T>(future: impl Future<Output = T>) -> T {
    actix_web::rt::System::new().block_on(future)
}

/// A test that stands once and runs on both databases: `both!(name, |world| { … })`, or with
/// settings `both!(name, &[("magento.mode", "developer")], |world| { … })`.
macro_rules! both {
    ($name:ident, |$world:ident| $body:block) => {
        both!($name, &[], |$world| $body);
    };
    ($name:ident, $settings:expr, |$world:ident| $body:block) => {
        fn $name($world: &crate::harness::World) $body

        mod $name {
            use crate::harness::{Kind, World};

            #[test]
            fn sqlite() {
                super::$name(&World::start(Kind::Sqlite, $settings));
            }

            #[test]
            fn mariadb() {
                super::$name(&World::start(Kind::MariaDb, $settings));
            }
        }
    };
}
pub(crate) use both;

/// A test that makes its own world, on both databases: `kinds!(name, |kind| { … })`.
macro_rules! kinds {
    ($name:ident, |$kind:ident| $body:block) => {
        fn $name($kind: crate::harness::Kind) $body

        mod $name {
            #[test]
            fn sqlite() {
                super::$name(crate::harness::Kind::Sqlite);
            }

            #[test]
            fn mariadb() {
                super::$name(crate::harness::Kind::MariaDb);
            }
        }
    };
}
pub(crate) use kinds;
