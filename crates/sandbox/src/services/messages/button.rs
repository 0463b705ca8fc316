//! Buttons below the messages of robots: pressing them, and what robots answer. protocol/02 §3.6, §11.3

use nekonap_ids::{GroupUin, Sequence, Uin};
use nekonap_wire::{
    commands::messages::IN_GROUP,
    field::Required,
    message::{Element, Text, buttons},
    proto::messages::{PressReply, PressRequest},
};
use serde::Deserialize;

use super::send::{Draft, To, may_speak, send};
use crate::{
    http::Empty,
    refusal::{Refusal, code},
    router::Caller,
    world::{Change, Chat, RobotAnswer, Role, World},
};

/// Number of messages in which a button is searched if the named message does not have it.
const SEARCHED: u64 = 100;
/// Maximum length of a robot's answer and prompt, in characters.
const MAX_TEXT: usize = 1_000;
/// Maximum length of a button's id and data, in bytes.
const MAX_DATA: usize = 1_024;
/// Maximum number of buttons that a robot has an answer for.
const MAX_ANSWERS: u32 = 1_000;

/// `type` of a button's action that tells the robot.
pub(crate) const CALLBACK: i32 = 1;

/// `type` of a button's permission.
pub(crate) mod who {
    pub(crate) const LISTED: i32 = 0;
    pub(crate) const ADMINS: i32 = 1;
    pub(crate) const EVERYBODY: i32 = 2;
}

/// A press of a button in a group.
struct Press {
    group: GroupUin,
    /// App id or account number.
    robot: u64,
    /// Sequence of the message; any number if it is not known.
    sequence: Sequence,
    button: String,
    /// What the robot gets; if empty, the button's own data.
    data: String,
}

/// Presses a button: the robot answers in the group. Returns the text for the presser.
fn press(world: &mut World, actor: Uin, press: Press) -> Result<String, Refusal> {
    let Press { group, button, .. } = press;
    let role = world.acting_member(group, actor)?.role;
    for (name, text) in [("button", &button), ("data", &press.data)] {
        if text.len() > MAX_DATA {
            let text = format!("`{name}` is longer than {MAX_DATA} bytes");
            return Err(Refusal::bad_request(text));
        }
    }
    let robot = world.find_robot(press.robot)?;
    let member = robot.and_then(|robot| {
        let members = world.find_group(group)?.members();
        Some((robot, members.get(&robot)?))
    });
    let Some((robot, member)) = member else {
        let text = format!("group {group} has no robot {}", press.robot);
        return Err(Refusal::not_found(text));
    };
    if member.switched_off {
        let text = format!("the robot {robot} is switched off in group {group}");
        return Err(Refusal::not_allowed(code::NO_PERMISSION, text));
    }
    let (sequence, found) = find(world, (group, robot), press.sequence, &button)?;
    let action = found.action.unwrap_or_default();
    if action.r#type.unwrap_or(0) != CALLBACK {
        let text = format!("the button {button:?} does not tell the robot when it is pressed");
        return Err(Refusal::bad_request(text));
    }
    let permission = action.permission.unwrap_or_default();
    let allowed = match permission.r#type.unwrap_or(who::LISTED) {
        who::LISTED => permission.specify_user_ids.contains(&actor.to_string()),
        who::ADMINS => role > Role::Member,
        who::EVERYBODY => true,
        // Roles that only guilds have.
        _ => false,
    };
    if !allowed {
        let text = format!("{actor} may not press the button {button:?}");
        return Err(Refusal::not_allowed(code::NO_PERMISSION, text));
    }
    let limit = action
        .click_limit
        .and_then(|limit| u32::try_from(limit).ok());
    if let Some(limit) = limit.filter(|limit| *limit > 0)
        && world.presses(group, sequence, &button)? >= limit
    {
        let text = format!("the button {button:?} was pressed {limit} times and takes no more");
        return Err(Refusal::not_allowed(code::NO_PERMISSION, text));
    }
    let data = if press.data.is_empty() {
        action.data.unwrap_or_default()
    } else {
        press.data
    };
    let answer = world.robot_answer(robot, &button)?;
    let name = world.name_in(group, actor);
    let filled = |text: &str| text.replace("{name}", &name).replace("{data}", &data);
    let (text, prompt) = (filled(&answer.text), filled(&answer.prompt));
    world.add_press(group, sequence, &button)?;
    let pressed = Change::ButtonPressed {
        group,
        sequence,
        target: robot,
        button,
        data,
    };
    world.record(Some(actor), pressed);
    // A robot that is muted answers nothing.
    if !text.is_empty() && may_speak(world, robot, To::Group(group)).is_ok() {
        let draft = Draft {
            to: To::Group(group),
            elements: vec![Element::Text(Text::new(text))],
            client_sequence: 0,
            random: rand::random(),
            thrown: false,
            connection: None,
        };
        send(world, robot, draft)?;
    }
    Ok(prompt)
}

/// The robot's button with this id, and the message that has it: the named message, or else the newest one.
fn find(
    world: &World,
    (group, robot): (GroupUin, Uin),
    sequence: Sequence,
    button: &str,
) -> Result<(Sequence, buttons::Button), Refusal> {
    let chat = Chat::Group(group);
    let newest =
        world.messages_between(chat, Sequence::default(), Sequence::new(u64::MAX), SEARCHED)?;
    let messages = world.message(chat, sequence)?.into_iter();
    let messages = messages.chain(newest.into_iter().rev());
    let of_robot = messages.filter(|message| message.sender == robot && !message.recalled);
    for message in of_robot {
        for element in message.elements {
            if let Element::Keyboard(keyboard) = element {
                let buttons = keyboard.keyboard.rows.into_iter();
                let mut buttons = buttons.flat_map(|row| row.buttons);
                if let Some(found) = buttons.find(|one| one.id.as_deref() == Some(button)) {
                    return Ok((message.sequence, found));
                }
            }
        }
    }
    let text = format!("the robot {robot} has no button {button:?} in group {group}");
    Err(Refusal::bad_request(text))
}

pub(super) fn command(
    world: &mut World,
    caller: &Caller,
    request: PressRequest,
) -> Result<PressReply, Refusal> {
    if request.kind != Some(IN_GROUP) {
        let text = "buttons can be pressed in groups only: `kind` is 1";
        return Err(Refusal::bad_request(text));
    }
    let pressed = Press {
        group: request.group.required("group")?,
        robot: request.robot.unwrap_or(0),
        sequence: Sequence::new(request.sequence.unwrap_or(0)),
        button: request.button.unwrap_or_default(),
        data: request.data.unwrap_or_default(),
    };
    let prompt = press(world, caller.uin, pressed)?;
    Ok(PressReply::new(prompt))
}

/// Parameters of `press_button`.
#[derive(Debug, Deserialize)]
pub(super) struct PressAct {
    group: GroupUin,
    sequence: Sequence,
    button: String,
}

/// Reply of `press_button`.
#[derive(Debug, serde::Serialize)]
pub(super) struct Pressed {
    prompt: String,
}

/// Presses a button of the message as a person.
pub(super) fn act(world: &mut World, actor: Uin, act: PressAct) -> Result<Pressed, Refusal> {
    let message = world.message(Chat::Group(act.group), act.sequence)?;
    let message = message.ok_or_else(|| {
        let text = format!("group {} has no message {}", act.group, act.sequence);
        Refusal::not_found(text)
    })?;
    let pressed = Press {
        group: act.group,
        robot: message.sender.get(),
        sequence: act.sequence,
        button: act.button,
        data: String::new(),
    };
    let prompt = press(world, actor, pressed)?;
    Ok(Pressed { prompt })
}

/// Parameters of `answer_button`.
#[derive(Debug, Deserialize)]
pub(super) struct AnswerAct {
    button: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    prompt: String,
}

/// Sets what the actor, a robot, answers from now on when one of its buttons with this id is pressed.
pub(super) fn act_answer(world: &mut World, actor: Uin, act: AnswerAct) -> Result<Empty, Refusal> {
    if world.app_id(actor)?.is_none() {
        let text = format!("{actor} is not a robot");
        return Err(Refusal::not_allowed(code::NO_PERMISSION, text));
    }
    if act.button.len() > MAX_DATA {
        let text = format!("`button` is longer than {MAX_DATA} bytes");
        return Err(Refusal::bad_request(text));
    }
    for (name, text) in [("text", &act.text), ("prompt", &act.prompt)] {
        if text.chars().count() > MAX_TEXT {
            let text = format!("`{name}` has at most {MAX_TEXT} characters");
            return Err(Refusal::bad_request(text));
        }
    }
    if world.robot_answers(actor)? >= MAX_ANSWERS {
        let text = format!("a robot answers at most {MAX_ANSWERS} buttons");
        return Err(Refusal::conflict(text));
    }
    let answer = RobotAnswer {
        text: act.text,
        prompt: act.prompt,
    };
    world.set_robot_answer(actor, &act.button, &answer)?;
    let set = Change::ButtonAnswerSet { button: act.button };
    world.record(Some(actor), set);
    Ok(Empty {})
}
