//! Rules of group files and private files.

use nekonap_ids::GroupUin;
use nekonap_media::hash;
use nekonap_wire::{
    commands::files::{NewGroupFile, PERMANENT, PrivateFileHandle, SPACE_IS_FULL, TEMPORARY},
    proto::files::{
        ApplyPart, FeedRequest, FolderRequest, GroupFileRequest, ListRequest, PrivateFileRequest,
    },
};
use serde_json::{Value, json};

use super::{
    group::{self, MAX_FILES, MAX_SIZE, SPACE},
    list, post, private,
};
use crate::{
    refusal::Refusal,
    router::Caller,
    services,
    testing::{caller, group as group_of, uin, world},
    world::{GroupFile, ROOT, World},
};

/// Performs an act as a person.
fn act(world: &mut World, actor: u64, verb: &str, fields: Value) -> Result<Value, Refusal> {
    services::acts().perform(world, verb, Some(uin(actor)), fields)
}

/// Uploads the text "hello" to a group.
fn upload(world: &mut World, actor: u64, fields: Value) -> Result<String, Refusal> {
    let mut all = json!({"group": 20003, "name": "a.txt", "base64": "aGVsbG8="});
    for (name, value) in fields.as_object().expect("an object") {
        all[name] = value.clone();
    }
    let done = act(world, actor, "upload_group_file", all)?;
    Ok(done["file_id"].as_str().expect("an id").to_owned())
}

/// A complete file that is only an entry, without bytes.
fn entry(group: GroupUin, number: u64, size: u64) -> GroupFile {
    GroupFile {
        id: format!("/{number}"),
        group,
        folder: ROOT.to_owned(),
        name: "big.bin".to_owned(),
        size,
        md5: vec![0; 16],
        sha1: vec![0; 20],
        uploader: uin(10003),
        uploaded: 1,
        modified: 1,
        expires: 0,
        downloads: 0,
        complete: true,
        upload_key: Vec::new(),
    }
}

fn announcement(size: u64, business: u32) -> NewGroupFile {
    NewGroupFile {
        name: "big.bin".to_owned(),
        folder: ROOT.to_owned(),
        business,
        size,
        md5: [1; 16],
        sha1: [1; 20],
        tri_sha1: bytes::Bytes::new(),
    }
}

fn announce(world: &mut World, caller: &Caller, size: u64, business: u32) -> Result<(), i64> {
    let request = GroupFileRequest::upload(group_of(20003), &announcement(size, business));
    let reply = group::upload_command(world, caller, request).expect("an answer");
    reply.uploaded().map(drop).map_err(|refusal| refusal.code)
}

#[test]
fn space_and_number_of_permanent_files_are_limited() {
    let mut world = world();
    let (caller, _queue) = caller(&mut world, 10001);
    let group = group_of(20003);
    for (number, size) in [(1, MAX_SIZE), (2, MAX_SIZE)] {
        world
            .add_group_file(&entry(group, number, size))
            .expect("added");
    }
    let left = SPACE - 2 * MAX_SIZE;
    assert_eq!(announce(&mut world, &caller, left, PERMANENT), Ok(()));
    // What is only announced takes no space.
    assert_eq!(announce(&mut world, &caller, left, PERMANENT), Ok(()));
    let too_much = announce(&mut world, &caller, left + 1, PERMANENT);
    assert_eq!(too_much, Err(SPACE_IS_FULL));
    assert_eq!(announce(&mut world, &caller, left + 1, TEMPORARY), Ok(()));
    assert!(announce(&mut world, &caller, MAX_SIZE + 1, TEMPORARY).is_err());
    assert!(announce(&mut world, &caller, 0, PERMANENT).is_err());

    let group = group_of(20002);
    for number in 0..u64::from(MAX_FILES) {
        let file = entry(group, 1_000_000 + number, 1);
        world.add_group_file(&file).expect("added");
    }
    let request = GroupFileRequest::upload(group, &announcement(1, PERMANENT));
    let reply = group::upload_command(&mut world, &caller, request).expect("an answer");
    assert_eq!(
        reply.uploaded().map_err(|refusal| refusal.code).map(drop),
        Err(SPACE_IS_FULL)
    );
    let request = ListRequest::count(group);
    let reply = list::count(&mut world, &caller, request).expect("an answer");
    assert_eq!(reply.count(), Ok((MAX_FILES, MAX_FILES)));
}

#[test]
fn temporary_files_expire_unless_they_are_made_permanent() {
    let mut world = world();
    let (caller, _queue) = caller(&mut world, 10001);
    let lost = upload(&mut world, 10004, json!({"temporary": true})).expect("uploaded");
    let kept = upload(&mut world, 10004, json!({"temporary": true})).expect("uploaded");
    let group = group_of(20003);
    // 10001 is a plain member.
    let request = FeedRequest::make_permanent(group, &kept);
    let reply = post::permanent_command(&mut world, &caller, request).expect("an answer");
    assert!(reply.made_permanent().is_err());
    act(
        &mut world,
        10004,
        "make_file_permanent",
        json!({"group": 20003, "file_id": kept}),
    )
    .expect("the uploader may");
    world.advance_clock(8 * 86_400).expect("later");
    let there = |world: &World, id: &str| world.group_file(group, id).is_ok();
    assert!(there(&world, &kept));
    assert!(!there(&world, &lost));
    assert_eq!(world.group_file_space(group).expect("space").files, 1);
}

#[test]
fn uploader_and_administrators_change_files() {
    // 10003 owns 20003; the others are plain members.
    for (actor, may) in [(10003, true), (10004, true), (10005, false)] {
        let mut world = world();
        let id = upload(&mut world, 10004, json!({})).expect("uploaded");
        let folder = act(
            &mut world,
            10003,
            "create_folder",
            json!({"group": 20003, "name": "f"}),
        )
        .expect("created")["folder"]
            .clone();
        let file = json!({"group": 20003, "file_id": id});
        let with = |name: &str, value: &Value| {
            let mut fields = file.clone();
            fields[name] = value.clone();
            fields
        };
        for (verb, fields) in [
            ("rename_group_file", with("name", &json!("b.txt"))),
            ("move_group_file", with("folder", &folder)),
            ("delete_group_file", file.clone()),
        ] {
            let outcome = act(&mut world, actor, verb, fields);
            assert_eq!(outcome.is_ok(), may, "{actor} {verb}: {outcome:?}");
        }
    }
}

#[test]
fn folders_need_a_role_a_new_name_and_are_deleted_when_empty() {
    let mut world = world();
    let create = |world: &mut World, actor: u64, name: &str| {
        act(
            world,
            actor,
            "create_folder",
            json!({"group": 20003, "name": name}),
        )
    };
    assert!(create(&mut world, 10004, "plans").is_err());
    let folder = create(&mut world, 10003, "plans").expect("created")["folder"].clone();
    for name in ["plans", "", " ", "a/b", "a\\b", "a\nb", &"x".repeat(256)] {
        assert!(create(&mut world, 10003, name).is_err(), "{name:?}");
    }
    create(&mut world, 10003, &"🌱".repeat(63)).expect("252 bytes");
    let id = upload(&mut world, 10004, json!({"folder": folder})).expect("uploaded");
    let named = json!({"group": 20003, "folder": folder});
    assert!(act(&mut world, 10003, "delete_folder", named.clone()).is_err());
    let file = json!({"group": 20003, "file_id": id});
    act(&mut world, 10004, "delete_group_file", file).expect("deleted");
    assert!(act(&mut world, 10004, "delete_folder", named.clone()).is_err());
    act(&mut world, 10003, "delete_folder", named.clone()).expect("deleted");
    assert!(act(&mut world, 10003, "delete_folder", named).is_err());
    let nested = FolderRequest {
        create: Some(nekonap_wire::proto::files::CreateFolderPart {
            group_code: Some(20001),
            app_id: None,
            parent_folder_id: Some("/a".to_owned()),
            folder_name: Some("b".to_owned()),
        }),
        ..FolderRequest::default()
    };
    let (owner, _queue) = caller(&mut world, 10001);
    let reply = super::folder::create_command(&mut world, &owner, nested).expect("an answer");
    assert!(reply.outcome().is_err());
}

#[test]
fn muted_members_and_strangers_upload_nothing() {
    let mut world = world();
    act(
        &mut world,
        10003,
        "mute_member",
        json!({"group": 20003, "target": 10004, "seconds": 60}),
    )
    .expect("muted");
    assert!(upload(&mut world, 10004, json!({})).is_err());
    assert!(upload(&mut world, 10005, json!({"folder": "/none"})).is_err());
    assert!(upload(&mut world, 10005, json!({"name": "a/b"})).is_err());
    assert!(upload(&mut world, 10005, json!({"base64": ""})).is_err());
    upload(&mut world, 10005, json!({})).expect("uploaded");
}

#[test]
fn pages_contain_the_folders_then_the_files() {
    let mut world = world();
    let (caller, _queue) = caller(&mut world, 10001);
    for name in ["f1", "f2"] {
        act(
            &mut world,
            10003,
            "create_folder",
            json!({"group": 20003, "name": name}),
        )
        .expect("created");
    }
    for name in ["a", "b", "c"] {
        upload(&mut world, 10004, json!({"name": name})).expect("uploaded");
    }
    let mut names = Vec::new();
    let mut start = Some(0);
    while let Some(from) = start {
        let request = ListRequest::page(group_of(20003), ROOT, from, 2);
        let reply = list::page(&mut world, &caller, request).expect("an answer");
        let page = reply.page(from).expect("a page");
        names.extend(page.folders.into_iter().map(|folder| folder.name));
        names.extend(page.files.into_iter().map(|file| file.name));
        start = page.next;
    }
    assert_eq!(names, ["f2", "f1", "c", "b", "a"]);
    let request = ListRequest::page(group_of(20003), "/none", 0, 2);
    let reply = list::page(&mut world, &caller, request).expect("an answer");
    assert!(reply.page(0).is_err());
}

#[test]
fn known_bytes_need_no_upload_and_other_bytes_do_not_complete_a_file() {
    let mut world = world();
    let (caller, _queue) = caller(&mut world, 10001);
    let known = hash(b"hello");
    upload(&mut world, 10004, json!({})).expect("uploaded");
    let mut new = announcement(5, PERMANENT);
    (new.md5, new.sha1) = (known.md5, known.sha1);
    let request = GroupFileRequest::upload(group_of(20003), &new);
    let reply = group::upload_command(&mut world, &caller, request).expect("an answer");
    assert_eq!(reply.uploaded().expect("accepted").file_exist, Some(true));

    let request = GroupFileRequest::upload(group_of(20003), &announcement(5, PERMANENT));
    let reply = group::upload_command(&mut world, &caller, request).expect("an answer");
    let accepted = reply.uploaded().expect("accepted");
    assert_eq!(accepted.file_exist, Some(false));
    let (id, key) = (
        accepted.file_id.expect("an id"),
        accepted.upload_key.expect("a key"),
    );
    let post = FeedRequest::post(group_of(20003), PERMANENT, &id, 1);
    let reply = post::post_command(&mut world, &caller, post.clone()).expect("an answer");
    assert!(reply.posted().is_err(), "it has no bytes yet");
    let mut complete = |actor, key: &[u8]| group::complete(&mut world, uin(actor), &id, key);
    assert!(complete(10002, &key).is_err());
    assert!(complete(10001, b"another").is_err());
    complete(10001, &key).expect("completed");
    let reply = post::post_command(&mut world, &caller, post).expect("an answer");
    assert!(reply.posted().expect("posted").is_some());
}

#[test]
fn private_files_are_for_their_two_people() {
    let mut world = world();
    let sent = act(
        &mut world,
        10002,
        "send_private_file",
        json!({"to": 10001, "name": "a.txt", "base64": "aGVsbG8="}),
    )
    .expect("sent");
    let uuid = sent["file_id"].as_str().expect("an id").to_owned();
    let crc = world
        .private_file(&uuid)
        .expect("read")
        .expect("a file")
        .crc;
    for (asker, crc, may) in [
        (10001, crc.as_str(), true),
        (10002, "", true),
        (10001, "wrong", false),
        (10003, crc.as_str(), false),
    ] {
        let (caller, _queue) = caller(&mut world, asker);
        let me = world.person(uin(asker)).expect("a person").uid;
        let handle = PrivateFileHandle {
            uuid: uuid.clone(),
            crc: crc.to_owned(),
        };
        let request = PrivateFileRequest::download(&handle, me);
        let reply = private::download_command(&mut world, &caller, request).expect("an answer");
        assert_eq!(reply.address(false).is_ok(), may, "{asker} {crc}");
    }
    world.advance_clock(8 * 86_400).expect("later");
    assert!(world.private_file(&uuid).expect("read").is_none());
}

#[test]
fn private_files_are_announced_by_the_sender_for_a_friend() {
    let mut world = world();
    let (caller, _queue) = caller(&mut world, 10001);
    let uid = |world: &World, number| world.person(uin(number)).expect("a person").uid;
    let file = ApplyPart {
        file_size: Some(5),
        file_name: Some("a.txt".to_owned()),
        sha1: Some(vec![1; 20].into()),
        md5: Some(vec![1; 16].into()),
        ..ApplyPart::default()
    };
    let (me, friend) = (uid(&world, 10001), uid(&world, 10002));
    let request = PrivateFileRequest::apply(file.clone(), (me, friend));
    let reply = private::apply_command(&mut world, &caller, request).expect("an answer");
    let applied = reply.applied().expect("accepted");
    assert!(!applied.exists);
    assert_eq!(
        (applied.host.host.as_str(), applied.host.port),
        ("127.0.0.1", 1)
    );
    let request = PrivateFileRequest::confirm(&applied.handle, (me, friend));
    let reply = private::confirm_command(&mut world, &caller, request).expect("an answer");
    assert_eq!(reply.confirm.expect("a part").metadata, None);
    private::complete(
        &mut world,
        uin(10001),
        &applied.handle.uuid,
        &applied.upload_key,
    )
    .expect("completed");
    let request = PrivateFileRequest::confirm(&applied.handle, (me, friend));
    let reply = private::confirm_command(&mut world, &caller, request).expect("an answer");
    let metadata = reply.confirm.expect("a part").metadata.expect("metadata");
    assert_eq!(metadata.file_name.as_deref(), Some("a.txt"));
    // Not in the name of another account.
    let request = PrivateFileRequest::apply(file, (friend, me));
    let refused = private::apply_command(&mut world, &caller, request).expect("an answer");
    assert!(refused.applied().is_err());
}
