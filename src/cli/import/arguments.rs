//! What `rekey customer import` may be told.

use std::path::PathBuf;

use clap::Args;

/// Behind the options in `--help`.
pub const HELP: &str = "\
The file is Magento's own export of customers (\"Customer Main File\"), or any CSV in UTF-8 with a header. The header
names the columns, in any order and case:

  email                      required
  _website or website_id     code or id [default: the default store's website]
  _store or store_id         code or id [default: the website's default store]
  entity_id                  kept when given; else the next one
  password_hash              as in customer_entity: Magento's hash:salt:version, or bcrypt
  rp_token, rp_token_created_at
                             a pending reset token, sealed with the crypt key that rekey runs with
  firstname, lastname, prefix, middlename, suffix, dob, taxvat, gender (id, Male, Female), group_id, created_at,
  updated_at, created_in, confirmation, is_active, disable_auto_group_change, failures_num, first_failure, lock_expires,
  default_billing, default_shipping

Times are UTC, as in 2024-12-31 23:59:59. Other columns are ignored and named once. Passwords in plain text are not
taken: a row with one in the column `password` is refused; leave the column empty and let the customer ask for a link.

A row that cannot be stored never ends the import: it is reported with its line, and --rejects keeps it. A customer that
the website already has is left as it is.

Stopped at any time, even by kill -9 or a power cut, the same command goes on where it was. Of a file that was imported
whole it says so; of a Magento it takes the customers that are new since then. --restart begins at the beginning.

--from-magento also copies the websites, store groups and stores that are missing here, by their ids. The Magento is
only read. Its sealed tokens open here only when rekey runs with the same crypt key (magento.crypt_key).

Exit code: 0 when every customer is there afterwards, 1 when some were refused.

Examples:
  rekey customer import customers.csv --rejects refused.csv
  rekey customer import --from-magento mysql://reader:password@host:3306/magento";

/// A file, or a Magento's database.
#[derive(Args)]
pub struct Arguments {
    /// A CSV file
    #[arg(value_name = "FILE.csv", required_unless_present = "from_magento")]
    pub file: Option<PathBuf>,
    /// The database of a Magento, instead of a file: `mysql://user:password@host:3306/name`
    #[arg(long, value_name = "URL", conflicts_with = "file")]
    pub from_magento: Option<String>,
    /// Begin at the beginning, whatever was imported before
    #[arg(long)]
    pub restart: bool,
    /// Write refused rows into this file, as they were, with line and reason
    #[arg(long, value_name = "FILE", requires = "file")]
    pub rejects: Option<PathBuf>,
}
