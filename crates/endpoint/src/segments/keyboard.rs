//! Buttons below a message, in both directions (protocol/02 §3.6).

use nekonap_client::message::{Keyboard as KeyboardElement, buttons};
use nekonap_onebot::segments::{Action, Button, Keyboard, Permission, RenderData, Row};

/// Converts the buttons of a segment to an element.
pub(super) fn write(rows: &Keyboard) -> KeyboardElement {
    let button = |button: &Button| buttons::Button {
        id: Some(button.id.clone()),
        render: Some(buttons::ButtonRender {
            label: Some(button.render_data.label.clone()),
            visited_label: Some(button.render_data.visited_label.clone()),
            style: Some(button.render_data.style),
        }),
        action: Some(buttons::ButtonAction {
            r#type: Some(button.action.r#type),
            permission: Some(buttons::ButtonPermission {
                r#type: Some(button.action.permission.r#type),
                specify_role_ids: button.action.permission.specify_role_ids.clone(),
                specify_user_ids: button.action.permission.specify_user_ids.clone(),
            }),
            click_limit: button.action.click_limit,
            unsupport_tips: Some(button.action.unsupport_tips.clone()),
            data: Some(button.action.data.clone()),
            reply: Some(button.action.reply),
            enter: Some(button.action.enter),
            ..buttons::ButtonAction::default()
        }),
    };
    KeyboardElement {
        keyboard: buttons::Keyboard {
            rows: rows
                .rows
                .iter()
                .map(|row| buttons::KeyboardRow {
                    buttons: row.buttons.iter().map(button).collect(),
                })
                .collect(),
            bot_appid: rows.bot_appid,
        },
    }
}

/// Converts the buttons of an element to a segment.
pub(super) fn read(element: &KeyboardElement) -> Keyboard {
    let rows = element.keyboard.rows.iter().map(|row| Row {
        buttons: row
            .buttons
            .iter()
            .map(|button| {
                let render = button.render.clone().unwrap_or_default();
                let action = button.action.clone().unwrap_or_default();
                let permission = action.permission.unwrap_or_default();
                Button {
                    id: button.id.clone().unwrap_or_default(),
                    render_data: RenderData {
                        label: render.label.unwrap_or_default(),
                        visited_label: render.visited_label.unwrap_or_default(),
                        style: render.style.unwrap_or(0),
                    },
                    action: Action {
                        r#type: action.r#type.unwrap_or(0),
                        permission: Permission {
                            r#type: permission.r#type.unwrap_or(0),
                            specify_role_ids: permission.specify_role_ids,
                            specify_user_ids: permission.specify_user_ids,
                        },
                        click_limit: action.click_limit,
                        unsupport_tips: action.unsupport_tips.unwrap_or_default(),
                        data: action.data.unwrap_or_default(),
                        reply: action.reply.unwrap_or(false),
                        enter: action.enter.unwrap_or(false),
                    },
                }
            })
            .collect(),
    });
    Keyboard {
        rows: rows.collect(),
        bot_appid: element.keyboard.bot_appid,
    }
}
