//! The rules of Qzone as tables.

use nekonap_ids::Uin;
use serde_json::json;

use super::{
    comments::comment,
    posts::{Draft, delete, like, publish, replace, seen},
    spaces::ban,
};
use crate::{
    refusal::{Refusal, RefusalKind},
    testing::{uin, world},
    world::{Audience, QzonePost, World},
};

fn draft(text: &str, right: u32, people: &[u64]) -> Draft {
    Draft {
        text: text.to_owned(),
        pictures: Vec::new(),
        audience: Audience {
            right,
            people: people.iter().map(|one| uin(*one)).collect(),
        },
    }
}

fn post(world: &mut World, right: u32, people: &[u64]) -> QzonePost {
    publish(world, uin(10001), draft("hi", right, people)).expect("published")
}

/// 10005 is no friend of 10001.
fn world_with_a_stranger() -> World {
    let mut world = world();
    let fields = json!({"target": 10005, "both": true, "block": false});
    crate::services::acts()
        .perform(&mut world, "delete_friend", Some(uin(10001)), fields)
        .expect("no friends");
    world
}

fn sees(world: &World, viewer: u64, post: &QzonePost) -> bool {
    match seen(world, uin(viewer), &post.id) {
        Ok(_) => true,
        Err(refusal) => {
            assert_eq!(refusal.kind, RefusalKind::NotAllowed, "{refusal:?}");
            false
        }
    }
}

#[test]
fn rights_decide_who_sees_a_post() {
    let mut world = world_with_a_stranger();
    // Owner, a friend in the list, a friend, a stranger in the list, a stranger.
    for (right, people, viewers) in [
        (1, &[][..], [true, true, true, true, true]),
        (4, &[], [true, true, true, false, false]),
        (16, &[10002, 10005], [true, true, false, true, false]),
        (64, &[], [true, false, false, false, false]),
        (128, &[10002, 10005], [true, false, true, false, true]),
    ] {
        let post = post(&mut world, right, people);
        let stranger = crate::services::profile::ensure_account(&mut world, uin(10099));
        stranger.expect("an account");
        let same = |one: &QzonePost| one.id == post.id;
        let found = [10001, 10002, 10003, 10005, 10099].map(|one| sees(&world, one, &post));
        assert_eq!(found, viewers, "right {right}");
        for (viewer, visible) in [10001, 10002, 10003, 10005, 10099].into_iter().zip(viewers) {
            let (list, total) = world
                .qzone_posts(uin(10001), uin(viewer), 0, 20)
                .expect("a list");
            assert_eq!(list.iter().any(same), visible, "right {right}, {viewer}");
            assert_eq!(list.len() as u64, total);
            let feed = world
                .qzone_feed(uin(viewer), i64::MAX, 0, 50)
                .expect("feeds");
            let friend = matches!(viewer, 10002 | 10003);
            assert_eq!(
                feed.iter().any(same),
                visible && friend,
                "right {right}, {viewer}"
            );
        }
    }
}

#[test]
fn changed_right_counts_at_once_and_keeps_the_post() {
    let mut world = world_with_a_stranger();
    let before = post(&mut world, 1, &[]);
    let number = comment(
        &mut world,
        uin(10003),
        &before.id,
        None,
        "hm".to_owned(),
        Vec::new(),
    );
    assert_eq!(number, Ok(1));
    let after = replace(
        &mut world,
        uin(10001),
        &before.id,
        draft("hi", 16, &[10002]),
    );
    let after = after.expect("changed");
    assert_eq!(
        QzonePost {
            right: 1,
            ..after.clone()
        },
        QzonePost {
            number: after.number,
            ..before
        }
    );
    assert!(sees(&world, 10002, &after) && !sees(&world, 10003, &after));
    assert_eq!(
        world.qzone_comments(after.number).map(|list| list.len()),
        Ok(1)
    );
    let other = replace(&mut world, uin(10002), &after.id, draft("mine", 1, &[]));
    assert_eq!(
        other.map_err(|refusal| refusal.kind),
        Err(RefusalKind::NotAllowed)
    );
}

#[test]
fn wrong_drafts_are_refused() {
    let mut world = world();
    for wrong in [
        draft(" ", 1, &[]),
        draft(&"x".repeat(10_001), 1, &[]),
        draft("x", 2, &[]),
        draft("x", 0, &[]),
        draft("x", 16, &[]),
        draft("x", 128, &[]),
        Draft {
            pictures: vec!["a".to_owned()],
            ..draft("x", 1, &[])
        },
    ] {
        let refused = publish(&mut world, uin(10001), wrong.clone());
        assert_eq!(
            refused.map_err(|refusal| refusal.kind),
            Err(RefusalKind::BadRequest),
            "{wrong:?}"
        );
    }
}

#[test]
fn who_is_kept_out_looks_but_takes_no_part() {
    let mut world = world();
    let post = post(&mut world, 1, &[]);
    let kind = |result: Result<(), Refusal>| result.map_err(|refusal| refusal.kind);
    let comment = |world: &mut World, author: Uin| {
        let text = "hm".to_owned();
        kind(comment(world, author, &post.id, None, text, Vec::new()).map(drop))
    };
    ban(&mut world, uin(10001), uin(10002), true).expect("kept out");
    assert!(sees(&world, 10002, &post));
    assert_eq!(
        comment(&mut world, uin(10002)),
        Err(RefusalKind::NotAllowed)
    );
    let liked = like(&mut world, uin(10002), &post.id, true);
    assert_eq!(kind(liked), Err(RefusalKind::NotAllowed));
    assert_eq!(comment(&mut world, uin(10003)), Ok(()));
    ban(&mut world, uin(10001), uin(10002), false).expect("lifted");
    assert_eq!(comment(&mut world, uin(10002)), Ok(()));
    let own = ban(&mut world, uin(10001), uin(10001), true);
    assert_eq!(kind(own), Err(RefusalKind::BadRequest));
}

#[test]
fn deleted_post_is_gone_with_everything_below_it() {
    let mut world = world();
    let post = post(&mut world, 1, &[]);
    like(&mut world, uin(10002), &post.id, true).expect("liked");
    let other = delete(&mut world, uin(10002), &post.id);
    assert_eq!(
        other.map_err(|refusal| refusal.kind),
        Err(RefusalKind::NotAllowed)
    );
    delete(&mut world, uin(10001), &post.id).expect("deleted");
    let gone = seen(&world, uin(10001), &post.id);
    assert_eq!(
        gone.map_err(|refusal| refusal.kind),
        Err(RefusalKind::NotFound)
    );
    assert_eq!(world.qzone_likes(post.number), Ok(Vec::new()));
}

#[test]
fn ten_thousand_posts_are_paged_without_gaps() {
    let mut world = world();
    for number in 0..10_000 {
        let right = if number % 10 == 0 { 64 } else { 1 };
        publish(
            &mut world,
            uin(10001),
            draft(&number.to_string(), right, &[]),
        )
        .expect("published");
    }
    for (viewer, expected) in [(10001, 10_000), (10002, 9_000)] {
        let mut texts = Vec::new();
        loop {
            let position = u32::try_from(texts.len()).expect("a position");
            let (page, total) = world
                .qzone_posts(uin(10001), uin(viewer), position, 20)
                .expect("a page");
            assert_eq!(total, expected);
            if page.is_empty() {
                break;
            }
            texts.extend(
                page.into_iter()
                    .map(|post| post.text.parse::<u32>().expect("a number")),
            );
        }
        let all: Vec<u32> = (0..10_000)
            .rev()
            .filter(|&number: &u32| viewer == 10001 || !number.is_multiple_of(10))
            .collect();
        assert_eq!(texts, all);
    }
}
