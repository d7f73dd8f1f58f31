mod equal;

use super::lane::Lane;
use super::{Input, bcrypt_many, even_width, parse};

/// From the tests of `jBCrypt` and `crypt_blowfish`.
const PUBLISHED: [(&[u8], &str); 14] = [
    (b"", "$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s."),
    (b"", "$2a$08$HqWuK6/Ng6sg9gQzbLrgb.Tl.ZHfXLhvt/SgVyWhQqgqcZ7ZuUtye"),
    (b"a", "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe"),
    (b"a", "$2a$08$cfcvVd2aQ8CMvoMpP2EBfeodLEkkFJ9umNEfPD18.hUF62qqlC/V."),
    (b"abc", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i"),
    (b"abc", "$2a$08$Ro0CUfOqk6cXEKf3dyaM7OhSCvnwM9s4wIX9JeLapehKK5YdLxKcm"),
    (b"abcdefghijklmnopqrstuvwxyz", "$2a$06$.rCVZVOThsIa97pEDOxvGuRRgzG64bvtJ0938xuqzv18d3ZpQhstC"),
    (b"abcdefghijklmnopqrstuvwxyz", "$2a$08$aTsUwsyowQuzRrDqFflhgekJ8d9/7Z3GV3UcgvzQW3J5zMyrTvlz."),
    (b"~!@#$%^&*()      ~!@#$%^&*()PNBFRD", "$2a$06$fPIsBO8qRqkjj273rfaOI.HtSV9jLDpTbZn782DC6/t7qT67P6FfO"),
    (b"U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
    (b"U*U*", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"),
    (b"U*U*U", "$2y$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"),
    (b"\xa3", "$2y$05$/OK.fbVrR/bpIqNJ5ianF.Sa7shbm4.OzKpvFnX1pQLmQW96oUlCq"),
    (
        b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored",
        "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui",
    ),
];

fn many(inputs: &[Input<'_>]) -> Vec<[u8; 24]> {
    let mut outputs = vec![[0; 24]; inputs.len()];
    bcrypt_many(inputs, &mut outputs);
    outputs
}

#[test]
fn published_vectors_together_and_alone() {
    let parsed: Vec<_> = PUBLISHED.iter().map(|(_, text)| parse(text).unwrap()).collect();
    let inputs: Vec<_> = PUBLISHED
        .iter()
        .zip(&parsed)
        .map(|(&(password, _), &(cost, salt, _))| Input { password, salt, cost })
        .collect();
    for (k, output) in many(&inputs).into_iter().enumerate() {
        assert_eq!(output[..23], parsed[k].2, "{}", PUBLISHED[k].1);
        assert_eq!(many(&inputs[k..=k]), [output], "{}", PUBLISHED[k].1);
    }
    equal::assert_equals_crate(&inputs);
}

#[test]
fn text_refused() {
    let good = PUBLISHED[0].1;
    assert!(parse(good).is_some());
    for (from, to) in [("2a", "2x"), ("2a", "2c"), ("06", "03"), ("06", "32"), ("06", "+6"), ("DC", "D!"), ("s.", "s")]
    {
        assert_eq!(parse(&good.replacen(from, to, 1)), None, "{from} {to}");
    }
    assert_eq!(parse(""), None);
    assert_eq!(parse(&"é".repeat(30)), None);
}

#[test]
fn widths() {
    assert_eq!([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(even_width), [0, 1, 2, 3, 4, 3, 3, 4, 4, 3, 4]);
}

#[test]
fn finished_lanes_are_wiped() {
    let mut lane = Lane::idle();
    let input = Input { password: b"secret", salt: [1; 16], cost: 0 };
    lane.start(0, &input);
    assert!(lane.words.iter().chain(lane.schedules.as_flattened()).all(|&word| word != 0));
    lane.finish();
    assert!(lane.words.iter().chain(lane.schedules.as_flattened()).all(|&word| word == 0));
}

#[test]
#[should_panic(expected = "one output per input")]
fn outputs_must_match_inputs() {
    bcrypt_many(&[], &mut [[0; 24]]);
}

#[test]
#[should_panic(expected = "cost above 31")]
fn cost_must_be_possible() {
    many(&[Input { password: b"", salt: [0; 16], cost: 32 }]);
}
