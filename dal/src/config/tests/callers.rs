//! Tests of `CallerConf`: the caller for a peer, its methods, and faulty files.

use super::*;

const CALLERS: &str = r#"{
    "unknown": {"name": "stranger", "class": "low", "methods": []},
    "callers": [
        {"name": "gateway", "class": "critical", "addresses": ["10.1.0.0/16", "127.0.0.2", "2001:db8::/32"]},
        {"name": "feed", "class": "high", "users": [1000], "certificates": ["feed.internal", "spiffe://live/feed"],
         "methods": ["MGetFcpEcomComponent"]},
        {"name": "mapped", "addresses": ["::ffff:10.2.0.0/112"]},
        {"name": "later", "addresses": ["10.0.0.0/8"]}
    ]}"#;

fn callers() -> CallerConf {
    let mut found = parse::Findings::default();
    let conf = keyed::read(Some(CALLERS), Environment::Prod, &mut found);
    assert_eq!(found.faults, []);
    conf
}

#[test]
fn the_first_entry_that_fits_decides() {
    let conf = callers();
    let certificates = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    let rows = [
        ("in a range", Some("10.1.255.255"), None, &[][..], "gateway"),
        ("just outside it, in a later one", Some("10.3.0.0"), None, &[], "later"),
        ("one address", Some("127.0.0.2"), None, &[], "gateway"),
        ("another address", Some("127.0.0.1"), None, &[], "stranger"),
        ("IPv6", Some("2001:db8::1"), None, &[], "gateway"),
        ("IPv4 mapped into IPv6", Some("::ffff:10.1.2.3"), None, &[], "gateway"),
        ("a range mapped into IPv6", Some("10.2.3.4"), None, &[], "mapped"),
        ("a user", None, Some(1000), &[], "feed"),
        ("another user", None, Some(1001), &[], "stranger"),
        ("a name of a certificate", None, None, &["other.internal", "feed.internal"], "feed"),
        ("a URI of a certificate", Some("192.0.2.1"), None, &["spiffe://live/feed"], "feed"),
        ("part of a name", None, None, &["feed", "x.feed.internal"], "stranger"),
        ("an address before a certificate, as the file has it", Some("10.1.0.1"), None, &["feed.internal"], "gateway"),
        ("nothing", None, None, &[], "stranger"),
    ];
    for (what, address, uid, names, want) in rows {
        let certificates = certificates(names);
        let address = address.map(|text| text.parse().unwrap());
        let evidence = Evidence { address, uid, certificates: &certificates };
        assert_eq!(conf.of(&evidence).name, want, "{what}");
    }
    assert_eq!(Conf::default().callers.of(&Evidence::default()).name, "unknown");
}

#[test]
fn a_caller_may_call_the_methods_of_its_entry_or_all() {
    let conf = callers();
    let by_user = |uid| Evidence { uid: Some(uid), ..Evidence::default() };
    let feed = conf.of(&by_user(1000));
    assert_eq!(
        (feed.class, feed.may_call("MGetFcpEcomComponent"), feed.may_call("GetLiveBagData")),
        (Class::High, true, false)
    );
    let stranger = conf.of(&by_user(7));
    assert_eq!((stranger.class, stranger.may_call("GetLiveBagData")), (Class::Low, false), "an empty list allows none");
    let gateway = conf.of(&Evidence { address: Some("10.1.0.1".parse().unwrap()), ..Evidence::default() });
    assert!(gateway.may_call("GetLiveBagData"), "no list allows all");
}

#[test]
fn classes_are_ordered_from_the_most_important() {
    assert!(Class::ALL.is_sorted());
    assert_eq!(Class::ALL.map(Class::index), [0, 1, 2, 3]);
    assert_eq!(Class::ALL.map(Class::name), ["critical", "high", "normal", "low"]);
}

#[test]
fn a_rate_of_an_unknown_caller_is_a_fault_of_the_changed_file() {
    let rates = r#"{"rates": [{"level": "service", "caller": "stranger", "limit": 1, "period": "1s"},
                              {"level": "service", "caller": "feed", "limit": 1, "period": "1s"}]}"#;
    let dir = dir(&[(Key::Callers, CALLERS), (Key::Rates, rates)]);
    assert_eq!(check_dir(dir.path(), Environment::Prod, |_| Ok(())), []);
    let centre = open(dir.path());
    // the rate would count nothing from now on
    write(dir.path(), Key::Callers, &CALLERS.replace(r#""feed""#, r#""feeds""#));
    assert_eq!(centre.reload_now().rejected, [Key::Callers]);
    let found = check_dir(dir.path(), Environment::Prod, |_| Ok(()));
    let want = "RateLimitConf.json: rates[1].caller: must be a caller, one of stranger, gateway, feeds, mapped, later, \
                found \"feed\"";
    assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), [want]);
    // both together
    write(dir.path(), Key::Rates, &rates.replace(r#""feed""#, r#""feeds""#));
    assert_eq!(centre.reload_now().taken, [Key::Callers, Key::Rates]);
}

#[test]
fn every_fault_of_a_caller_or_a_rate_is_reported_with_its_path() {
    let callers = r#"{"unknown": {"name": "u", "methods": ["GetNothing"]}, "callers": [
        {"name": "", "users": [1]},
        {"name": "u", "users": [1]},
        {"name": "b", "addresses": ["10.0.0.0/33", "10.1.2.3/16", "localhost", "10.0.0.0/8"]},
        {"name": "b", "certificates": [""], "class": "urgent", "methods": ["getLiveBagData"]}]}"#;
    let rates = r#"{"instances": 0, "rates": [
        {"level": "service", "limit": 10, "period": "1s", "method": "GetLiveBagData"},
        {"level": "interface", "limit": 1000001, "period": "50ms", "method": "GetNothing"},
        {"level": "user", "limit": 10, "period": "2h", "caller": ""},
        {"level": "user", "limit": 10, "period": "1s"},
        {"level": "user", "limit": 20, "period": "1000ms"}]}"#;
    let paths = |key, text| {
        let all = faults(key, text);
        all.iter().map(|fault| fault.split(": ").nth(1).unwrap().to_owned()).collect::<Vec<_>>()
    };
    let want = [
        "callers[3].class",
        "unknown.methods[0]",
        "callers[0].name",
        "callers[1].name",
        "callers[2].addresses[0]",
        "callers[2].addresses[1]",
        "callers[2].addresses[2]",
        "callers[3].certificates[0]",
        "callers[3].methods[0]",
        "callers[3].name",
    ];
    assert_eq!(paths(Key::Callers, callers), want);
    let want = ["rates[0].method", "rates[1].method", "rates[1].limit", "rates[1].period", "rates[2].caller"];
    let more = ["rates[2].period", "rates[4]", "instances"];
    assert_eq!(paths(Key::Rates, rates), [&want[..], &more].concat());
    let unknown = faults(Key::Rates, r#"{"rates": [{"level": "user", "limit": 1, "period": "1s", "method": "X"}]}"#);
    assert!(unknown[0].contains("one of") && unknown[0].contains("GetLiveBagData"), "{unknown:?}");
}
