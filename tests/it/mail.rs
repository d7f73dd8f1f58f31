//! What stands in the mails that the calls send, and where they lead.

use serde_json::json;

use crate::harness::calls::{FORGOT, forgot};
use crate::harness::mails::Mail;
use crate::harness::sink::{Mood, Sink};
use crate::harness::world::unseal;
use crate::harness::{Customer, EMAIL, NEW_PASSWORD, Request, World, both, kinds};

kinds!(a014_answers_never_wait_for_a_mail_server, |kind| {
    for mood in [Mood::Close, Mood::Greylist, Mood::Hang, Mood::Cut, Mood::Reject] {
        let sink = Sink::start(mood);
        let settings = [("mail.url", sink.url.as_str()), ("mail.timeout", "300ms"), ("mail.poll", "20ms")];
        let mut world = World::start(kind, &settings);
        world.quick_alice();
        // Nobody takes the mail before the mood changes, and yet there is an answer.
        assert!(world.forgot(EMAIL).is_true(), "{mood:?}");
        let token = unseal(&world.column(1, "rp_token").expect("a token"));
        world.wait_until("the mail could not be sent", || {
            world.rows("rekey_mail")[0]["attempts"].as_deref() == Some("1")
        });
        assert_eq!((world.count("rekey_mail"), sink.contents().len()), (1, 0), "{mood:?}");
        world.serve(&settings);
        sink.set(Mood::Accept);
        world.clock.advance(3600);
        world.wait_until("the mail is sent", || world.count("rekey_mail") == 0);
        assert_eq!(sink.recipients(), [format!("<{EMAIL}>")], "{mood:?}");
        assert!(sink.contents()[0].replace("=\r\n", "").contains(&token), "{mood:?}");
        assert!(world.reset(EMAIL, &token, NEW_PASSWORD).status == 200, "{mood:?}: the token is not affected");
    }
});

both!(a088_a_forged_host_is_not_in_the_link, |world| {
    world.quick_alice();
    world.without_limits();
    world.setting("default", 0, "web/secure/base_url", "https://shop.example/");
    let hosts: [&[(&str, &str)]; 8] = [
        &[("Host", "evil.test")],
        &[("Host", "shop.example:8443")],
        &[("Host", "shop.example@evil.test")],
        &[("Host", "shop.example"), ("X-Forwarded-Host", "evil.test")],
        &[("Host", "shop.example"), ("X-Forwarded-Proto", "http"), ("X-Forwarded-Port", "81")],
        &[("Host", "shop.example"), ("Forwarded", "host=evil.test;proto=http")],
        &[("Host", "shop.example"), ("X-Original-URL", "//evil.test/"), ("X-Host", "evil.test")],
        &[("Origin", "https://evil.test"), ("Referer", "https://evil.test/")],
    ];
    for headers in hosts {
        let request = headers.iter().fold(forgot(EMAIL), |request, (name, value)| request.with(name, value));
        right_link(world, &request);
    }
    right_link(world, &forgot(EMAIL).at(&format!("http://evil.test{FORGOT}")).with("Host", "evil.test"));
});

/// Whatever the request says of its host, the link is the shop's, or there is none.
fn right_link(world: &World, request: &Request) {
    let answer = world.send(request);
    let mails = world.mails();
    assert_eq!(mails.len(), usize::from(answer.is_true()), "{request:?}: {}", answer.body);
    for mail in mails {
        assert!(mail.link().starts_with("https://shop.example/customer/account/createPassword/?"), "{}", mail.link());
        assert!(!mail.raw.contains("evil"), "{}", mail.raw);
    }
}

const LINKS: &[(&str, &str)] = &[(
    "magento.reset_link",
    "https://pwa.example/reset/{id}?token={token} german=https://pwa.example/de?t={token}&e={email}#top",
)];

both!(a089_links_of_each_store, super::LINKS, |world| {
    world.without_limits();
    world.second_website();
    let email = "o'neil+shop&co@example.com";
    world.customer(&Customer { email: email.into(), ..Customer::quick() });
    let mail = world.forgotten(email);
    let token = unseal(&world.column(1, "rp_token").expect("a token"));
    assert_eq!(mail.link(), format!("https://pwa.example/reset/1?token={token}"));
    world.sql("UPDATE customer_entity SET store_id = 3");
    let mail = world.forgotten(email);
    assert_eq!(mail.parameter("e"), Some(email.into()), "encoded: {}", mail.link());
    assert!(mail.link().starts_with("https://pwa.example/de?t=") && mail.link().ends_with("#top"), "{}", mail.link());
    assert!(mail.html.contains(&mail.link().replace('&', "&amp;")), "{}", mail.html);
    assert!(world.reset(email, &mail.parameter("t").expect("a token"), NEW_PASSWORD).is_true());
});

both!(a089_magentos_own_page_by_default, |world| {
    world.without_limits();
    world.customer(&Customer { id: 12, ..Customer::quick() });
    let mail = world.forgotten(EMAIL);
    assert!(mail.link().starts_with("http://localhost/customer/account/createPassword/?"), "{}", mail.link());
    assert_eq!((mail.parameter("email").as_deref(), mail.parameter("id").as_deref()), (Some(EMAIL), Some("12")));
});

/// A shop of two websites and two languages.
fn two_languages(world: &World) {
    world.without_limits();
    world.second_website();
    for (scope, id, path, value) in [
        ("default", 0, "web/secure/base_url", "https://main.example/"),
        ("websites", 2, "web/secure/base_url", "https://second.example/"),
        ("stores", 3, "general/locale/code", "de_DE"),
        ("stores", 3, "trans_email/ident_support/email", "hilfe@main.example"),
        ("stores", 3, "trans_email/ident_support/name", "Hilfe"),
        ("websites", 2, "trans_email/ident_support/email", "help@second.example"),
        ("websites", 2, "general/store_information/name", "The Second"),
    ] {
        world.setting(scope, id, path, value);
    }
}

fn written_from(mail: &Mail) -> (&str, &str) {
    let host = mail.link().split('/').nth(2).expect("a host");
    (host, mail.from.rsplit(' ').next().expect("an address"))
}

both!(a090_the_customers_own_store_writes, |world| {
    two_languages(world);
    world.quick_alice();
    assert_eq!(written_from(&world.forgotten(EMAIL)), ("main.example", "<support@example.com>"));
    world.sql("UPDATE customer_entity SET store_id = 3");
    let mail = world.forgotten(EMAIL);
    assert_eq!(written_from(&mail), ("main.example", "<hilfe@main.example>"));
    assert!(mail.subject.contains("zur\u{fc}cksetzen") || mail.text.contains("Passwort"), "{mail:?}");
    // Of website 2, asked for through website 1.
    for store in ["2", "0", "NULL", "99"] {
        world.sql(&format!("UPDATE customer_entity SET website_id = 2, store_id = {store}"));
        let body = json!({"email": EMAIL, "template": "email_reset", "websiteId": 2}).to_string();
        assert!(world.send(&Request::json("PUT", FORGOT, body)).is_true(), "{store}");
        let mails = world.mails();
        assert_eq!(written_from(&mails[0]), ("second.example", "<help@second.example>"), "{store}");
        assert!(mails[0].subject.contains("The Second"), "{store}: {}", mails[0].subject);
    }
});

both!(a091_names_are_only_text, |world| {
    world.without_limits();
    for name in [
        "<a href=//evil.test>Eve</a>",
        "{{ link }}{{var this.getToken()}}{% raw %}",
        "{{ 7 * 7 }}",
        "Eve\u{202e}gnp.exe",
        "</title><script>alert(1)</script>",
        "\" onmouseover=\"x",
    ] {
        world.sql("DELETE FROM customer_entity");
        world.customer(&Customer { first_name: name.into(), last_name: name.into(), ..Customer::quick() });
        let mail = world.forgotten(EMAIL);
        for tag in ["<a href=//evil", "<script", "\" onmouseover"] {
            assert!(!mail.html.contains(tag), "{name}: {}", mail.html);
        }
        assert!(!mail.html.contains('\u{202e}') && !mail.text.contains('\u{202e}'), "{name}");
        assert!(!mail.text.contains("49") || !name.contains("7 * 7"), "evaluated: {}", mail.text);
        assert_eq!(mail.text.matches(&mail.token()).count(), 1, "{name}: {}", mail.text);
        assert!(world.reset(EMAIL, &mail.token(), NEW_PASSWORD).is_true());
    }
});

both!(mail_can_be_switched_off, |world| {
    world.quick_alice();
    world.setting("default", 0, "system/smtp/disable", "1");
    assert!(world.forgot(EMAIL).is_true());
    assert_eq!(world.mails().len(), 0);
});

both!(links_and_addresses_are_not_readable_in_the_outbox, &[("mail.url", "smtp://127.0.0.1:9")], |world| {
    world.quick_alice();
    assert!(world.forgot(EMAIL).is_true());
    let token = unseal(&world.column(1, "rp_token").expect("a token"));
    let rows = world.rows("rekey_mail");
    assert_eq!(rows.len(), 1, "the mail waits");
    let row = format!("{rows:?}");
    assert!(!row.contains(&token) && !row.contains("alice") && !row.contains("createPassword"), "{row}");
    assert!(!world.dump().contains(&token));
});
