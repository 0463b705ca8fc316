//! The to-do of a group: a message that its members should see to (protocol/04 §7.2).

use nekonap_ids::{GroupUin, Sequence};

use crate::proto::extras::{GetTodoReply, GetTodoRequest, Todo, TodoRequest, TodoState};

/// `status` of a to-do that the caller has completed. Our choice: the page gives no values.
const DONE: u32 = 1;

impl TodoRequest {
    /// For [`SetTodo`](super::SetTodo), [`CompleteTodo`](super::CompleteTodo) and [`CancelTodo`](super::CancelTodo): a
    /// group message by its sequence.
    pub fn new(group: GroupUin, sequence: Sequence) -> Self {
        Self {
            group: Some(group.get()),
            sequence: Some(sequence.get()),
        }
    }
}

impl GetTodoRequest {
    /// The to-do of this group.
    pub fn new(group: GroupUin) -> Self {
        Self {
            group: Some(group.get()),
        }
    }
}

impl GetTodoReply {
    /// For a server: the to-do, and whether the caller has completed it.
    pub fn new(todo: Todo, done: bool) -> Self {
        Self {
            states: vec![TodoState {
                group: todo.group,
                sequence: todo.sequence,
                status: Some(if done { DONE } else { 0 }),
            }],
            todo: Some(todo),
        }
    }

    /// The sequence of the message; `None` if the group has no to-do.
    pub fn sequence(&self) -> Option<Sequence> {
        let sequence = self.todo.as_ref()?.sequence?;
        (sequence != 0).then(|| Sequence::new(sequence))
    }
}

#[cfg(test)]
mod tests {
    use prost::Message as _;

    use super::*;

    #[test]
    fn requests_name_the_group_and_the_message() {
        let group = GroupUin::new(20001).expect("a group");
        let request = TodoRequest::new(group, Sequence::new(1001));
        assert_eq!(hex::encode(request.encode_to_vec()), "08a19c0110e907");
        let request = GetTodoRequest::new(group);
        assert_eq!(hex::encode(request.encode_to_vec()), "08a19c01");
    }

    #[test]
    fn record_is_read_and_no_record_is_no_to_do() {
        // 1 { 1: 20001, 2: 1001, 6: "T" }, 2 { 1: 20001, 2: 1001, 3: 1 }
        let bytes = hex::decode("0a0a08a19c0110e907320154120908a19c0110e9071801").expect("hex");
        let reply = GetTodoReply::decode(&bytes[..]).expect("a reply");
        assert_eq!(reply.sequence(), Some(Sequence::new(1001)));
        let todo = Todo {
            group: Some(20001),
            sequence: Some(1001),
            title: Some("T".to_owned()),
            ..Todo::default()
        };
        assert_eq!(GetTodoReply::new(todo, true), reply);
        assert_eq!(GetTodoReply::default().sequence(), None);
    }
}
