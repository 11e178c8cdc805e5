//! Accounts, sessions, throttling, addresses.

use futures_util::future::join_all;
use live_pack_shop::{
    Refusal, UseCaseError,
    identity::{
        AddressPatch, Authenticate, Caller, ChangeAccount, ChangeAddress, CreateAccount, CreateAddress, DeleteAddress,
        ListAddresses, LogIn, LogOut, MOST_FAILURES, NewAddress, PasswordChange, ReadAccount, ReadAddress, Refresh,
        SessionView, WINDOW_MS, purge,
    },
};

use crate::kit::{Kit, NOW, PASSWORD, shops};

fn refusal<T: std::fmt::Debug>(result: Result<T, UseCaseError>) -> Refusal {
    match result {
        Err(UseCaseError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

impl Kit {
    async fn log_in(&self, email: &str, password: &str) -> Result<SessionView, UseCaseError> {
        self.shop.run(LogIn { email: email.into(), password: password.into() }).await
    }

    async fn authenticate(&self, token: &str) -> Result<Caller, UseCaseError> {
        self.shop.run(Authenticate { token: token.into() }).await
    }

    async fn refresh(&self, session: &SessionView) -> Result<SessionView, UseCaseError> {
        self.shop.run(Refresh { refresh_token: session.refresh_token.clone() }).await
    }
}

fn new_account(email: &str) -> CreateAccount {
    CreateAccount { email: email.into(), password: "12345678".into(), name: "New".into(), region: "GB".into() }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_e_mail_has_one_account_whatever_its_case() {
    for kit in shops().await {
        let created = join_all((0..4).map(|_| kit.shop.run(new_account("New@Example.com")))).await;
        let (made, refused): (Vec<_>, Vec<_>) = created.into_iter().partition(Result::is_ok);
        assert_eq!((made.len(), refused.len()), (1, 3));
        assert!(refused.into_iter().all(|result| refusal(result) == Refusal::EmailTaken));
        let session = kit.log_in("nEW@example.COM", "12345678").await.unwrap();
        let caller = kit.authenticate(&session.access_token).await.unwrap();
        let account = kit.shop.run(ReadAccount { account_id: caller.account_id }).await.unwrap();
        assert_eq!((account.email.as_str(), account.region.as_str()), ("new@example.com", "GB"));
        assert_eq!(
            (account.roles.as_slice(), account.created_at.as_str()),
            (&["user".to_owned()][..], "2026-11-28T12:00:00.000Z")
        );
        kit.check().await;
    }
}

#[tokio::test]
async fn a_refresh_token_is_valid_once_and_its_second_use_ends_the_session() {
    for kit in shops().await {
        let first = kit.log_in("buyer1@example.com", PASSWORD).await.unwrap();
        let other = kit.log_in("buyer1@example.com", PASSWORD).await.unwrap();
        let second = kit.refresh(&first).await.unwrap();
        assert_ne!(first.refresh_token, second.refresh_token);
        assert!(kit.authenticate(&first.access_token).await.is_ok(), "it has not expired");
        let third = kit.refresh(&second).await.unwrap();
        assert_eq!(refusal(kit.refresh(&first).await), Refusal::Unauthenticated);
        for session in [&first, &second, &third] {
            assert_eq!(refusal(kit.authenticate(&session.access_token).await), Refusal::Unauthenticated);
            assert_eq!(refusal(kit.refresh(session).await), Refusal::Unauthenticated);
        }
        assert!(kit.authenticate(&other.access_token).await.is_ok(), "another family is not affected");
        assert_eq!(refusal(kit.shop.run(Refresh { refresh_token: "x".into() }).await), Refusal::Unauthenticated);
        kit.check().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_concurrent_refreshes_wins() {
    for kit in shops().await {
        let session = kit.log_in("buyer1@example.com", PASSWORD).await.unwrap();
        let results = join_all((0..8).map(|_| kit.refresh(&session))).await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        assert_eq!(refusal(kit.authenticate(&session.access_token).await), Refusal::Unauthenticated);
        kit.check().await;
    }
}

#[tokio::test]
async fn sessions_expire_without_a_refresh_and_are_deleted() {
    const DAY: i64 = 24 * 3_600 * 1_000;
    for kit in shops().await {
        let left = kit.log_in("buyer1@example.com", PASSWORD).await.unwrap();
        let kept = kit.log_in("buyer2@example.com", PASSWORD).await.unwrap();
        kit.set_clock(NOW + 900_000);
        assert_eq!(refusal(kit.authenticate(&left.access_token).await), Refusal::Unauthenticated);
        kit.set_clock(NOW + 29 * DAY);
        let kept = kit.refresh(&kept).await.unwrap();
        kit.set_clock(NOW + 30 * DAY);
        assert_eq!(refusal(kit.refresh(&left).await), Refusal::Unauthenticated);
        assert_eq!(purge(kit.shop.identity(), NOW + 30 * DAY + 1, 10).await.unwrap(), 1);
        assert!(kit.refresh(&kept).await.is_ok());
        kit.check().await;
    }
}

#[tokio::test]
async fn a_logged_out_session_is_refused_immediately() {
    for kit in shops().await {
        let session = kit.log_in("buyer1@example.com", PASSWORD).await.unwrap();
        let caller = kit.authenticate(&session.access_token).await.unwrap();
        kit.shop.run(LogOut { session_id: caller.session_id }).await.unwrap();
        assert_eq!(refusal(kit.authenticate(&session.access_token).await), Refusal::Unauthenticated);
        assert_eq!(refusal(kit.refresh(&session).await), Refusal::Unauthenticated);
        kit.check().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_failures_in_15_minutes_refuse_every_log_in_with_the_e_mail() {
    for kit in shops().await {
        for email in ["buyer1@example.com", "nobody@example.com"] {
            let results = join_all((0..14).map(|_| kit.log_in(email, "wrong"))).await;
            let refusals: Vec<_> = results.into_iter().map(refusal).collect();
            let wrong = refusals.iter().filter(|it| **it == Refusal::BadCredentials).count();
            let throttled = Refusal::TooManyAttempts { retry_after_seconds: 900 };
            assert_eq!(wrong, MOST_FAILURES, "{refusals:?}");
            assert_eq!(refusals.iter().filter(|it| **it == throttled).count(), 4, "{refusals:?}");
            kit.set_clock(NOW + WINDOW_MS - 1);
            let last = refusal(kit.log_in(email, PASSWORD).await);
            assert_eq!(last, Refusal::TooManyAttempts { retry_after_seconds: 1 });
            kit.set_clock(NOW);
        }
        assert!(kit.log_in("buyer2@example.com", PASSWORD).await.is_ok(), "other e-mails are not affected");
        kit.set_clock(NOW + WINDOW_MS);
        assert!(kit.log_in("buyer1@example.com", PASSWORD).await.is_ok());
        assert_eq!(purge(kit.shop.identity(), NOW + 2 * WINDOW_MS, 10).await.unwrap(), 2);
    }
}

#[tokio::test]
async fn a_new_password_needs_the_old_one_and_ends_the_other_sessions() {
    for kit in shops().await {
        let here = kit.log_in("buyer1@example.com", PASSWORD).await.unwrap();
        let there = kit.log_in("buyer1@example.com", PASSWORD).await.unwrap();
        let caller = kit.authenticate(&here.access_token).await.unwrap();
        let change = |current: &str, name: &str| ChangeAccount {
            caller: caller.clone(),
            name: Some(name.into()),
            region: None,
            password: Some(PasswordChange { current: current.into(), new: "a new password".into() }),
        };
        assert_eq!(refusal(kit.shop.run(change("wrong", "X")).await), Refusal::BadCredentials);
        let account = kit.shop.run(ReadAccount { account_id: 1 }).await.unwrap();
        assert_eq!(account.name, "N", "nothing is written");
        let account = kit.shop.run(change(PASSWORD, "Y")).await.unwrap();
        assert_eq!((account.name.as_str(), account.region.as_str()), ("Y", "US"));
        assert!(kit.authenticate(&here.access_token).await.is_ok());
        assert_eq!(refusal(kit.authenticate(&there.access_token).await), Refusal::Unauthenticated);
        assert_eq!(refusal(kit.log_in("buyer1@example.com", PASSWORD).await), Refusal::BadCredentials);
        assert!(kit.log_in("buyer1@example.com", "a new password").await.is_ok());
        kit.check().await;
    }
}

fn address(city: &str, is_default: bool) -> NewAddress {
    let text = |text: &str| text.to_owned();
    NewAddress {
        name: text("N"),
        phone: text("1"),
        region: text("US"),
        city: text(city),
        line1: text("L"),
        line2: Some(text("second")),
        postcode: text("P"),
        is_default,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_requests_leave_one_default_address() {
    for kit in shops().await {
        let create = |city: &str| kit.shop.run(CreateAddress { account_id: 1, address: address(city, true) });
        let cities = ["A", "B", "C", "D"];
        let created = join_all(cities.iter().map(|city| create(city))).await;
        let ids: Vec<i64> = created.into_iter().map(|it| it.unwrap().address_id.parse().unwrap()).collect();
        kit.check().await;
        let make_default = |address_id| {
            let patch = AddressPatch { is_default: Some(true), ..AddressPatch::default() };
            kit.shop.run(ChangeAddress { account_id: 1, address_id, patch })
        };
        for changed in join_all(ids.iter().map(|&id| make_default(id))).await {
            assert!(changed.unwrap().is_default);
        }
        kit.check().await;
        let listed = kit.shop.run(ListAddresses { account_id: 1, after: None, page_size: 100 }).await.unwrap().items;
        assert_eq!(listed.iter().filter(|it| it.is_default).count(), 1);
        assert_eq!(listed.len(), 7);
    }
}

#[tokio::test]
async fn addresses_are_changed_listed_and_deleted_by_their_owner_only() {
    for kit in shops().await {
        let made = kit.shop.run(CreateAddress { account_id: 2, address: address("A", false) }).await.unwrap();
        let address_id: i64 = made.address_id.parse().unwrap();
        let patch = AddressPatch { city: Some("B".into()), line2: Some(None), ..AddressPatch::default() };
        let change = |account_id| ChangeAddress { account_id, address_id, patch: patch.clone() };
        assert_eq!(refusal(kit.shop.run(change(3)).await), Refusal::AddressNotFound);
        let changed = kit.shop.run(change(2)).await.unwrap();
        assert_eq!((changed.city.as_str(), changed.line2.as_ref(), changed.name.as_str()), ("B", None, "N"));
        let page = kit.shop.run(ListAddresses { account_id: 2, after: None, page_size: 1 }).await.unwrap();
        assert_eq!((page.items[0].address_id.as_str(), page.next_page_token.as_deref()), ("2", Some("2")));
        let page = kit.shop.run(ListAddresses { account_id: 2, after: Some(2), page_size: 1 }).await.unwrap();
        assert_eq!((page.items, page.next_page_token), (vec![changed], None));
        let read = |account_id| kit.shop.run(ReadAddress { account_id, address_id });
        assert_eq!(refusal(read(3).await), Refusal::AddressNotFound);
        assert!(read(2).await.is_ok());
        let delete = |account_id| kit.shop.run(DeleteAddress { account_id, address_id });
        assert_eq!(refusal(delete(3).await), Refusal::AddressNotFound);
        delete(2).await.unwrap();
        assert_eq!(refusal(delete(2).await), Refusal::AddressNotFound);
        kit.check().await;
    }
}
