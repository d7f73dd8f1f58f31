//! The pure parts of a request, timed by criterion: `cargo bench --bench pure`. Whole requests are
//! measured by `make bench` (benches/load).

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use rekey::domain::crypt_key::CryptKey;
use rekey::domain::email::Email;
use rekey::domain::jwt::{self, Algorithm, Claims};
use rekey::domain::password::Policy;
use rekey::domain::token::ResetToken;

const KEY: &str = "0123456789abcdef0123456789abcdef";

fn tokens(criterion: &mut Criterion) {
    let key = CryptKey::parse(KEY).expect("a key");
    let token = ResetToken::new("abcdefghijklmnopqrstuvwxyz012345");
    let sealed = key.seal(&token, [7; 12]).expect("sealed");
    criterion.bench_function("token: seal", |bencher| bencher.iter(|| key.seal(black_box(&token), [7; 12])));
    criterion.bench_function("token: open", |bencher| bencher.iter(|| key.open(black_box(&sealed))));
    criterion.bench_function("token: digest", |bencher| bencher.iter(|| key.digest(black_box(&token))));
    criterion.bench_function("token: compare", |bencher| bencher.iter(|| token.is(black_box(KEY))));
}

fn passwords(criterion: &mut Criterion) {
    let policy = Policy { minimum_length: "8".into(), required_classes: "3".into() };
    criterion.bench_function("password: policy", |bencher| {
        bencher.iter(|| policy.check(black_box("NewPass123!"), black_box("ada@example.com")));
    });
    let email = Email::new("Ada.Lovelace@Example.com");
    criterion.bench_function("email: match", |bencher| {
        bencher.iter(|| email.matches(black_box("ada.lovelace@example.com")));
    });
}

fn bearer_tokens(criterion: &mut Criterion) {
    let key = secrecy::SecretString::from(KEY);
    let algorithm = Algorithm::from_setting("HS256");
    let claims = Claims { uid: 1, utypid: jwt::CUSTOMER, iat: 1_800_000_000, exp: 1_800_003_600 };
    let token = jwt::sign(&claims, algorithm, &key).expect("signed");
    criterion.bench_function("jwt: sign", |bencher| bencher.iter(|| jwt::sign(black_box(&claims), algorithm, &key)));
    criterion.bench_function("jwt: verify", |bencher| {
        bencher.iter(|| jwt::verify(black_box(&token), algorithm, &key, 1_800_000_001));
    });
}

criterion_group!(benches, tokens, passwords, bearer_tokens);
criterion_main!(benches);
