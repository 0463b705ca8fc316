-- What members may do: the bits of protocol/04 §6.11.
ALTER TABLE groups ADD COLUMN privileges INTEGER NOT NULL DEFAULT 0;
ALTER TABLE groups ADD COLUMN flags INTEGER NOT NULL DEFAULT 0;
-- Whether robots may be added, and whether an administrator has to agree.
ALTER TABLE groups ADD COLUMN robots_allowed INTEGER NOT NULL DEFAULT 1;
ALTER TABLE groups ADD COLUMN robots_examined INTEGER NOT NULL DEFAULT 0;
-- What happens with the group's messages for the member (protocol/04 §6.12), and whether the member, as a bot, is switched off.
ALTER TABLE members ADD COLUMN message_mask INTEGER NOT NULL DEFAULT 1;
ALTER TABLE members ADD COLUMN switched_off INTEGER NOT NULL DEFAULT 0;
