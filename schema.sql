-- Made from migrations/ by npm run db:dump.

create table agent_places (
  platform text not null,
  workspace_id text not null,
  channel_id text not null,
  usual text,
  choosable jsonb,
  instructions text,
  notes text,
  constraint agent_places_pkey PRIMARY KEY (platform, workspace_id, channel_id),
  constraint agent_places_check CHECK (((platform = ''::text) = (workspace_id = ''::text))),
  constraint agent_places_check1 CHECK (((channel_id = ''::text) OR (workspace_id <> ''::text))),
  constraint agent_places_platform_check CHECK ((platform = ANY (ARRAY[''::text, 'slack'::text, 'discord'::text, 'web'::text])))
);

create table agent_versions (
  agent_id text not null,
  version integer not null,
  definition jsonb not null,
  published_at timestamp with time zone not null,
  published_by text,
  from_version integer,
  constraint agent_versions_pkey PRIMARY KEY (agent_id, version),
  constraint agent_versions_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE,
  constraint agent_versions_published_by_fkey FOREIGN KEY (published_by) REFERENCES members(id) ON DELETE SET NULL,
  constraint agent_versions_version_check CHECK ((version > 0))
);

create table agent_wishes (
  identity_id text not null,
  agent_id text not null,
  constraint agent_wishes_pkey PRIMARY KEY (identity_id),
  constraint agent_wishes_identity_id_fkey FOREIGN KEY (identity_id) REFERENCES identities(id) ON DELETE CASCADE
);

create table agents (
  id text not null,
  platform text,
  workspace_id text,
  name text not null,
  draft jsonb not null,
  revision integer not null default 1,
  published_version integer,
  created_at timestamp with time zone not null,
  changed_at timestamp with time zone not null,
  archived_at timestamp with time zone,
  constraint agents_pkey PRIMARY KEY (id),
  constraint agents_published FOREIGN KEY (id, published_version) REFERENCES agent_versions(agent_id, version),
  constraint agents_check CHECK (((platform IS NULL) = (workspace_id IS NULL))),
  constraint agents_platform_check CHECK ((platform = ANY (ARRAY['slack'::text, 'discord'::text, 'web'::text])))
);
CREATE UNIQUE INDEX agents_by_name ON agents USING btree (COALESCE(platform, ''::text), COALESCE(workspace_id, ''::text), lower(name)) WHERE (archived_at IS NULL);

create table api_keys (
  id text not null,
  member_id text not null,
  hash text not null,
  name text not null,
  hint text not null,
  scopes text[] not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone,
  used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  constraint api_keys_pkey PRIMARY KEY (id),
  constraint api_keys_hash_key UNIQUE (hash),
  constraint api_keys_member_id_fkey FOREIGN KEY (member_id) REFERENCES members(id) ON DELETE CASCADE,
  constraint api_keys_scopes_check CHECK (((scopes <@ ARRAY['chat'::text, 'read'::text, 'write'::text, 'admin'::text]) AND (cardinality(scopes) > 0)))
);
CREATE INDEX api_keys_by_member ON api_keys USING btree (member_id);

create table audience_checks (
  identity_id text not null,
  checked_at timestamp with time zone,
  changes integer not null default 0,
  opened integer not null default 0,
  constraint audience_checks_pkey PRIMARY KEY (identity_id),
  constraint audience_checks_identity_id_fkey FOREIGN KEY (identity_id) REFERENCES identities(id) ON DELETE CASCADE
);

create table audience_places (
  identity_id text not null,
  platform text not null,
  workspace_id text not null,
  channel_id text not null,
  thread_id text not null default ''::text,
  valid_until timestamp with time zone not null,
  constraint audience_places_pkey PRIMARY KEY (identity_id, platform, workspace_id, channel_id, thread_id),
  constraint audience_places_identity_id_fkey FOREIGN KEY (identity_id) REFERENCES identities(id) ON DELETE CASCADE
);
CREATE INDEX audience_places_by_channel ON audience_places USING btree (platform, workspace_id, channel_id);

create table audience_workspaces (
  platform text not null,
  workspace_id text not null,
  changes integer not null default 0,
  opened integer not null default 0,
  constraint audience_workspaces_pkey PRIMARY KEY (platform, workspace_id)
);

create table audits (
  id text not null,
  at timestamp with time zone not null,
  actor_id text,
  action text not null,
  subject text not null,
  detail jsonb not null default '{}'::jsonb,
  address text,
  constraint audits_pkey PRIMARY KEY (id)
);
CREATE INDEX audits_by_action ON audits USING btree (action, at DESC, id DESC);
CREATE INDEX audits_by_actor ON audits USING btree (actor_id, at DESC, id DESC);
CREATE INDEX audits_by_subject ON audits USING btree (subject, at DESC, id DESC);
CREATE INDEX audits_by_time ON audits USING btree (at DESC, id DESC);
CREATE INDEX audits_by_workspace ON audits USING btree (((detail ->> 'workspace'::text)), at DESC, id DESC) WHERE (detail ? 'workspace'::text);
CREATE TRIGGER audits_are_kept BEFORE DELETE OR UPDATE ON audits FOR EACH ROW EXECUTE FUNCTION keep_audits();
CREATE TRIGGER audits_stay BEFORE TRUNCATE ON audits FOR EACH STATEMENT EXECUTE FUNCTION keep_audits();

create table avatars (
  member_id text not null,
  image bytea not null,
  tag text not null,
  constraint avatars_pkey PRIMARY KEY (member_id),
  constraint avatars_member_id_fkey FOREIGN KEY (member_id) REFERENCES members(id) ON DELETE CASCADE
);

create table branches (
  id text not null,
  dialogue_id text not null,
  parent_id text,
  from_position bigint not null,
  created_at timestamp with time zone not null,
  constraint branches_pkey PRIMARY KEY (id),
  constraint branches_dialogue_id_fkey FOREIGN KEY (dialogue_id) REFERENCES dialogues(id) ON DELETE CASCADE,
  constraint branches_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES branches(id) ON DELETE CASCADE
);
CREATE INDEX branches_by_dialogue ON branches USING btree (dialogue_id);

create table break_glasses (
  id text not null,
  dialogue_id text not null,
  member_id text not null,
  reason text not null,
  opened_at timestamp with time zone not null,
  until timestamp with time zone not null,
  constraint break_glasses_pkey PRIMARY KEY (id),
  constraint break_glasses_dialogue_id_fkey FOREIGN KEY (dialogue_id) REFERENCES dialogues(id) ON DELETE CASCADE,
  constraint break_glasses_member_id_fkey FOREIGN KEY (member_id) REFERENCES members(id) ON DELETE CASCADE,
  constraint break_glasses_reason_check CHECK ((reason <> ''::text))
);
CREATE INDEX break_glasses_by_dialogue ON break_glasses USING btree (dialogue_id);
CREATE INDEX break_glasses_by_member ON break_glasses USING btree (member_id, dialogue_id);
CREATE INDEX break_glasses_by_time ON break_glasses USING btree (opened_at DESC, id DESC);

create table decisions (
  id text not null,
  platform text not null,
  workspace_id text not null,
  channel_id text not null,
  key text not null,
  kind text not null,
  outcome text,
  reason text,
  thread_id text,
  realm text,
  user_id text,
  message_id text,
  turn_id text,
  received_at timestamp with time zone not null default clock_timestamp(),
  constraint decisions_pkey PRIMARY KEY (id),
  constraint decisions_platform_workspace_id_channel_id_key_key UNIQUE (platform, workspace_id, channel_id, key),
  constraint decisions_message_id_fkey FOREIGN KEY (message_id) REFERENCES messages(id) ON DELETE SET NULL,
  constraint decisions_turn_id_fkey FOREIGN KEY (turn_id) REFERENCES turns(id) ON DELETE SET NULL,
  constraint decisions_check CHECK (((outcome IS NULL) = (reason IS NULL))),
  constraint decisions_check1 CHECK (((realm IS NULL) = (user_id IS NULL))),
  constraint decisions_outcome_check CHECK ((outcome = ANY (ARRAY['answered'::text, 'ignored'::text, 'refused'::text]))),
  constraint decisions_platform_check CHECK ((platform = ANY (ARRAY['slack'::text, 'discord'::text, 'web'::text])))
);
CREATE INDEX decisions_by_message ON decisions USING btree (message_id);
CREATE INDEX decisions_by_person ON decisions USING btree (platform, workspace_id, channel_id, realm, user_id, received_at DESC);
CREATE INDEX decisions_by_thread ON decisions USING btree (platform, workspace_id, channel_id, thread_id, received_at DESC);
CREATE INDEX decisions_by_time ON decisions USING btree (platform, received_at);
CREATE INDEX decisions_by_turn ON decisions USING btree (turn_id);
CREATE INDEX decisions_refused ON decisions USING btree (user_id, reason, received_at) WHERE (outcome = 'refused'::text);

create table dialogue_marks (
  member_id text not null,
  dialogue_id text not null,
  pinned_at timestamp with time zone,
  hidden_at timestamp with time zone,
  constraint dialogue_marks_pkey PRIMARY KEY (member_id, dialogue_id),
  constraint dialogue_marks_dialogue_id_fkey FOREIGN KEY (dialogue_id) REFERENCES dialogues(id) ON DELETE CASCADE,
  constraint dialogue_marks_member_id_fkey FOREIGN KEY (member_id) REFERENCES members(id) ON DELETE CASCADE
);
CREATE INDEX dialogue_marks_by_dialogue ON dialogue_marks USING btree (dialogue_id);

create table dialogue_members (
  dialogue_id text not null,
  member_id text not null,
  invited_by text,
  joined_at timestamp with time zone not null,
  constraint dialogue_members_pkey PRIMARY KEY (dialogue_id, member_id),
  constraint dialogue_members_dialogue_id_fkey FOREIGN KEY (dialogue_id) REFERENCES dialogues(id) ON DELETE CASCADE,
  constraint dialogue_members_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES members(id) ON DELETE SET NULL,
  constraint dialogue_members_member_id_fkey FOREIGN KEY (member_id) REFERENCES members(id) ON DELETE CASCADE
);
CREATE INDEX dialogue_members_by_member ON dialogue_members USING btree (member_id);

create table dialogue_workspaces (
  dialogue_id text not null,
  platform text not null,
  workspace_id text not null,
  invited_by text,
  invited_at timestamp with time zone not null,
  constraint dialogue_workspaces_pkey PRIMARY KEY (dialogue_id, platform, workspace_id),
  constraint dialogue_workspaces_dialogue_id_fkey FOREIGN KEY (dialogue_id) REFERENCES dialogues(id) ON DELETE CASCADE,
  constraint dialogue_workspaces_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES members(id) ON DELETE SET NULL,
  constraint dialogue_workspaces_platform_check CHECK ((platform = ANY (ARRAY['slack'::text, 'discord'::text])))
);
CREATE INDEX dialogue_workspaces_by_workspace ON dialogue_workspaces USING btree (platform, workspace_id);

create table dialogues (
  id text not null,
  platform text not null,
  workspace_id text not null,
  channel_id text not null,
  thread_id text not null,
  direct boolean not null,
  title text not null,
  delivery jsonb not null default '{}'::jsonb,
  history_read boolean not null,
  next_position bigint not null default 1,
  created_at timestamp with time zone not null default now(),
  used_at timestamp with time zone not null default now(),
  owner_id text,
  title_by text not null default 'first_words'::text,
  branch_id text,
  private_thread boolean not null default false,
  search tsvector,
  revision bigint not null default 0,
  head_revision bigint not null default 0,
  agent text,
  quiet boolean not null default false,
  constraint dialogues_pkey PRIMARY KEY (id),
  constraint dialogues_platform_workspace_id_channel_id_thread_id_key UNIQUE (platform, workspace_id, channel_id, thread_id),
  constraint dialogues_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES branches(id) ON DELETE SET NULL,
  constraint dialogues_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES identities(id),
  constraint dialogues_next_position_check CHECK ((next_position > 0)),
  constraint dialogues_platform_check CHECK ((platform = ANY (ARRAY['slack'::text, 'discord'::text, 'web'::text]))),
  constraint dialogues_title_by_check CHECK ((title_by = ANY (ARRAY['first_words'::text, 'model'::text, 'hand'::text])))
);
CREATE INDEX dialogues_by_owner ON dialogues USING btree (owner_id, used_at DESC, id DESC) WHERE (owner_id IS NOT NULL);
CREATE INDEX dialogues_by_time ON dialogues USING btree (used_at DESC, id DESC);
CREATE INDEX dialogues_by_use ON dialogues USING btree (platform, workspace_id, used_at);
CREATE INDEX dialogues_by_words ON dialogues USING gin (search) WITH (gin_pending_list_limit='512');
CREATE INDEX dialogues_direct ON dialogues USING btree (platform, used_at DESC) WHERE direct;
CREATE INDEX dialogues_in_channel ON dialogues USING btree (platform, workspace_id, channel_id, used_at DESC, id DESC) WHERE ((NOT direct) AND (NOT private_thread));
CREATE INDEX dialogues_in_private_threads ON dialogues USING btree (platform, used_at DESC) WHERE private_thread;
CREATE INDEX dialogues_of_channels ON dialogues USING btree (platform, workspace_id, channel_id) WHERE (NOT direct);
CREATE INDEX dialogues_on_web ON dialogues USING btree (created_at DESC, id DESC) WHERE (platform = 'web'::text);
CREATE INDEX dialogues_without_words ON dialogues USING btree (id) WHERE (search IS NULL);
CREATE TRIGGER dialogues_search BEFORE UPDATE OF title ON dialogues FOR EACH ROW WHEN (((new.title IS DISTINCT FROM old.title) AND (NOT (new.search IS DISTINCT FROM old.search)))) EXECUTE FUNCTION search_forget();
CREATE TRIGGER dialogues_search_move AFTER UPDATE OF owner_id, platform, workspace_id, channel_id ON dialogues FOR EACH ROW WHEN (((((new.owner_id IS DISTINCT FROM old.owner_id) OR (new.platform IS DISTINCT FROM old.platform)) OR (new.workspace_id IS DISTINCT FROM old.workspace_id)) OR (new.channel_id IS DISTINCT FROM old.channel_id))) EXECUTE FUNCTION search_move();
CREATE TRIGGER dialogues_search_place BEFORE INSERT OR UPDATE OF search ON dialogues FOR EACH ROW WHEN ((new.search IS NOT NULL)) EXECUTE FUNCTION search_place_dialogue();

create table erased_threads (
  platform text not null,
  workspace_id text not null,
  channel_id text not null,
  thread_id text not null,
  erased_at timestamp with time zone not null,
  constraint erased_threads_pkey PRIMARY KEY (platform, workspace_id, channel_id, thread_id)
);

create table erasures (
  id text not null,
  scope text not null,
  counts jsonb not null default '{}'::jsonb,
  requested_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  constraint erasures_pkey PRIMARY KEY (id),
  constraint erasures_scope_check CHECK ((scope = ANY (ARRAY['dialogue'::text, 'member'::text])))
);

create table guide_answers (
  question_id text not null,
  message_id text not null,
  constraint guide_answers_pkey PRIMARY KEY (question_id, message_id),
  constraint guide_answers_message_id_fkey FOREIGN KEY (message_id) REFERENCES messages(id) ON DELETE CASCADE,
  constraint guide_answers_question_id_fkey FOREIGN KEY (question_id) REFERENCES guide_questions(message_id) ON DELETE CASCADE
);
CREATE INDEX guide_answers_by_message ON guide_answers USING btree (message_id);

create table guide_questions (
  message_id text not null,
  dialogue_id text not null,
  number integer not null,
  after_sequence integer not null,
  constraint guide_questions_pkey PRIMARY KEY (message_id),
  constraint guide_questions_dialogue_id_fkey FOREIGN KEY (dialogue_id) REFERENCES dialogues(id) ON DELETE CASCADE,
  constraint guide_questions_message_id_fkey FOREIGN KEY (message_id) REFERENCES messages(id) ON DELETE CASCADE,
  constraint guide_questions_number_check CHECK ((number >= 0))
);
CREATE INDEX guide_questions_by_dialogue ON guide_questions USING btree (dialogue_id);

create table guides (
  dialogue_id text not null,
  agent_id text not null,
  questions jsonb not null,
  asker_id text not null,
  constraint guides_pkey PRIMARY KEY (dialogue_id),
  constraint guides_asker_id_fkey FOREIGN KEY (asker_id) REFERENCES identities(id) ON DELETE CASCADE,
  constraint guides_dialogue_id_fkey FOREIGN KEY (dialogue_id) REFERENCES dialogues(id) ON DELETE CASCADE
);

create table idempotent_replies (
  member_id text not null,
  hash text not null,
  request_hash text not null,
  token text not null,
  state text not null,
  status integer,
  reply text,
  until timestamp with time zone not null,
  constraint idempotent_replies_pkey PRIMARY KEY (member_id, hash),
  constraint idempotent_replies_member_id_fkey FOREIGN KEY (member_id) REFERENCES members(id) ON DELETE CASCADE,
  constraint idempotent_replies_check CHECK (((reply IS NULL) OR ((state = 'done'::text) AND (status IS NOT NULL)))),
  constraint idempotent_replies_state_check CHECK ((state = ANY (ARRAY['running'::text, 'done'::text])))
);
CREATE INDEX idempotent_replies_by_time ON idempotent_replies USING btree (until);

create table identities (
  id text not null,
  platform text not null,
  realm text not null,
  user_id text not null,
  name text,
  created_at timestamp with time zone not null default now(),
  member_id text,
  linked_at timestamp with time zone,
  constraint identities_pkey PRIMARY KEY (id),
  constraint identities_platform_realm_user_id_key UNIQUE (platform, realm, user_id),
  constraint identities_member_id_fkey FOREIGN KEY (member_id) REFERENCES members(id) ON DELETE SET NULL,
  constraint identities_platform_check CHECK ((platform = ANY (ARRAY['slack'::text, 'discord'::text, 'web'::text])))
);
CREATE INDEX identities_by_member ON identities USING btree (member_id);

create table installation_settings (
  key text not null,
  value jsonb not null,
  constraint installation_settings_pkey PRIMARY KEY (key)
);

create table jobs (
  id text not null,
  sequence bigint not null generated always as identity,
  lane text not null,
  kind text not null,
  payload jsonb not null,
  state text not null default 'waiting'::text,
  run_at timestamp with time zone not null,
  attempts integer not null default 0,
  lease_token text,
  lease_until timestamp with time zone,
  last_error text,
  enqueued_at timestamp with time zone not null,
  constraint jobs_pkey PRIMARY KEY (id),
  constraint jobs_sequence_key UNIQUE (sequence),
  constraint jobs_attempts_check CHECK ((attempts >= 0)),
  constraint jobs_check CHECK (((state = 'running'::text) = ((lease_token IS NOT NULL) AND (lease_until IS NOT NULL)))),
  constraint jobs_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text])))
);
CREATE INDEX jobs_in_lane ON jobs USING btree (lane, sequence);
CREATE UNIQUE INDEX jobs_one_running_in_lane ON jobs USING btree (lane) WHERE (state = 'running'::text);

create table leaders (
  role text not null,
  holder text not null,
  lease_until timestamp with time zone not null,
  constraint leaders_pkey PRIMARY KEY (role)
);

create table link_codes (
  hash text not null,
  identity_id text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  redeemed_at timestamp with time zone,
  redeemed_by text,
  constraint link_codes_pkey PRIMARY KEY (hash),
  constraint link_codes_identity_id_fkey FOREIGN KEY (identity_id) REFERENCES identities(id) ON DELETE CASCADE,
  constraint link_codes_redeemed_by_fkey FOREIGN KEY (redeemed_by) REFERENCES members(id) ON DELETE SET NULL
);
CREATE INDEX link_codes_by_identity ON link_codes USING btree (identity_id);

create table live_answers (
  turn_id text not null,
  state text not null,
  text text not null,
  constraint live_answers_pkey PRIMARY KEY (turn_id),
  constraint live_answers_turn_id_fkey FOREIGN KEY (turn_id) REFERENCES turns(id) ON DELETE CASCADE,
  constraint live_answers_state_check CHECK ((state = ANY (ARRAY['thinking'::text, 'streaming'::text])))
);

create table logins (
  provider text not null,
  issuer text not null,
  subject text not null,
  member_id text not null,
  label text not null,
  created_at timestamp with time zone not null default now(),
  constraint logins_pkey PRIMARY KEY (provider, issuer, subject),
  constraint logins_member_id_fkey FOREIGN KEY (member_id) REFERENCES members(id) ON DELETE CASCADE
);
CREATE INDEX logins_by_member ON logins USING btree (member_id);

create table mail_tokens (
  hash text not null,
  member_id text not null,
  purpose text not null,
  email text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint mail_tokens_pkey PRIMARY KEY (hash),
  constraint mail_tokens_member_id_fkey FOREIGN KEY (member_id) REFERENCES members(id) ON DELETE CASCADE,
  constraint mail_tokens_purpose_check CHECK ((purpose = ANY (ARRAY['confirm'::text, 'reset'::text, 'change'::text])))
);
CREATE INDEX mail_tokens_by_member ON mail_tokens USING btree (member_id);

create table members (
  id text not null,
  username text not null,
  email text,
  email_confirmed_at timestamp with time zone,
  email_proven boolean not null default false,
  password_hash text,
  nickname text not null,
  first_name text,
  last_name text,
  born_year integer,
  job text,
  settings jsonb not null default '{}'::jsonb,
  role text not null default 'member'::text,
  suspended_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  constraint members_pkey PRIMARY KEY (id),
  constraint members_check CHECK (((email_confirmed_at IS NULL) OR (email IS NOT NULL))),
  constraint members_check1 CHECK (((email_confirmed_at IS NOT NULL) OR (NOT email_proven))),
  constraint members_first_name_check CHECK ((length(first_name) <= 32)),
  constraint members_last_name_check CHECK ((length(last_name) <= 32)),
  constraint members_nickname_check CHECK ((nickname <> ''::text)),
  constraint members_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'auditor'::text, 'member'::text]))),
  constraint members_username_check CHECK (((length(username) >= 1) AND (length(username) <= 25)))
);
CREATE INDEX members_with_roles ON members USING btree (role, id) WHERE (role <> 'member'::text);
CREATE UNIQUE INDEX members_by_email ON members USING btree (lower(email));
CREATE UNIQUE INDEX members_by_username ON members USING btree (lower(username));

create table message_versions (
  message_id text not null,
  version integer not null,
  text text not null,
  files jsonb not null default '[]'::jsonb,
  replaced_at timestamp with time zone not null,
  constraint message_versions_pkey PRIMARY KEY (message_id, version),
  constraint message_versions_message_id_fkey FOREIGN KEY (message_id) REFERENCES messages(id) ON DELETE CASCADE,
  constraint message_versions_version_check CHECK ((version > 0))
);

create table messages (
  id text not null,
  dialogue_id text not null,
  position bigint,
  role text not null,
  author_id text,
  ref text,
  text text not null,
  version integer not null default 1,
  told text,
  tokens integer,
  files jsonb not null default '[]'::jsonb,
  sent_at timestamp with time zone not null,
  redacted_at timestamp with time zone,
  branch_id text,
  from_web boolean not null default false,
  search tsvector,
  revision bigint not null default 0,
  constraint messages_pkey PRIMARY KEY (id),
  constraint messages_dialogue_id_position_key UNIQUE (dialogue_id, "position"),
  constraint messages_dialogue_id_ref_key UNIQUE (dialogue_id, ref),
  constraint messages_author_id_fkey FOREIGN KEY (author_id) REFERENCES identities(id),
  constraint messages_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES branches(id) ON DELETE CASCADE,
  constraint messages_dialogue_id_fkey FOREIGN KEY (dialogue_id) REFERENCES dialogues(id) ON DELETE CASCADE,
  constraint messages_check CHECK ((("position" IS NOT NULL) OR (role = 'assistant'::text))),
  constraint messages_check1 CHECK (((role = 'assistant'::text) OR ((author_id IS NOT NULL) AND (ref IS NOT NULL)))),
  constraint messages_check2 CHECK (((redacted_at IS NULL) OR ((text = ''::text) AND (told IS NULL)))),
  constraint messages_role_check CHECK ((role = ANY (ARRAY['user'::text, 'assistant'::text]))),
  constraint messages_tokens_check CHECK ((tokens >= 0)),
  constraint messages_version_check CHECK ((version > 0))
);
CREATE INDEX messages_by_author ON messages USING btree (author_id, dialogue_id) WHERE (author_id IS NOT NULL);
CREATE INDEX messages_by_ref ON messages USING btree (ref) WHERE (role = 'user'::text);
CREATE INDEX messages_by_revision ON messages USING btree (dialogue_id, revision);
CREATE INDEX messages_by_time ON messages USING btree (sent_at) WHERE (redacted_at IS NULL);
CREATE INDEX messages_by_words ON messages USING gin (search) WITH (gin_pending_list_limit='512');
CREATE INDEX messages_without_words ON messages USING btree (id) WHERE (search IS NULL);
CREATE TRIGGER messages_search BEFORE UPDATE OF text ON messages FOR EACH ROW WHEN (((new.text IS DISTINCT FROM old.text) AND (NOT (new.search IS DISTINCT FROM old.search)))) EXECUTE FUNCTION search_forget();
CREATE TRIGGER messages_search_date BEFORE UPDATE OF sent_at ON messages FOR EACH ROW WHEN ((new.sent_at IS DISTINCT FROM old.sent_at)) EXECUTE FUNCTION search_forget();
CREATE TRIGGER messages_search_place BEFORE INSERT OR UPDATE OF search ON messages FOR EACH ROW WHEN ((new.search IS NOT NULL)) EXECUTE FUNCTION search_place_message();

create table model_calls (
  id text not null,
  turn_id text not null,
  purpose text not null,
  through_position bigint not null,
  request jsonb not null,
  receipt jsonb not null,
  response jsonb,
  input_tokens integer,
  cached_input_tokens integer,
  output_tokens integer,
  cost_micros bigint,
  error text,
  started_at timestamp with time zone not null,
  first_text_at timestamp with time zone,
  ended_at timestamp with time zone,
  constraint model_calls_pkey PRIMARY KEY (id),
  constraint model_calls_turn_id_fkey FOREIGN KEY (turn_id) REFERENCES turns(id) ON DELETE CASCADE,
  constraint model_calls_cached_input_tokens_check CHECK ((cached_input_tokens >= 0)),
  constraint model_calls_check CHECK (((response IS NULL) = (ended_at IS NULL))),
  constraint model_calls_cost_micros_check CHECK ((cost_micros >= 0)),
  constraint model_calls_input_tokens_check CHECK ((input_tokens >= 0)),
  constraint model_calls_output_tokens_check CHECK ((output_tokens >= 0)),
  constraint model_calls_purpose_check CHECK ((purpose = ANY (ARRAY['answer'::text, 'summary'::text, 'title'::text, 'moderation'::text])))
);
CREATE INDEX model_calls_by_turn ON model_calls USING btree (turn_id);

create table notices (
  id text not null,
  member_id text not null,
  kind text not null,
  detail jsonb not null default '{}'::jsonb,
  created_at timestamp with time zone not null default now(),
  seen_at timestamp with time zone,
  constraint notices_pkey PRIMARY KEY (id),
  constraint notices_member_id_fkey FOREIGN KEY (member_id) REFERENCES members(id) ON DELETE CASCADE
);
CREATE INDEX notices_by_member ON notices USING btree (member_id, created_at DESC);

create table parts (
  id text not null,
  message_id text not null,
  ordinal integer not null,
  generation integer not null,
  key text not null,
  state text not null,
  ref text,
  streaming boolean not null,
  planned_at timestamp with time zone not null,
  constraint parts_pkey PRIMARY KEY (id),
  constraint parts_key_key UNIQUE (key),
  constraint parts_message_id_ordinal_generation_key UNIQUE (message_id, ordinal, generation),
  constraint parts_message_id_fkey FOREIGN KEY (message_id) REFERENCES messages(id) ON DELETE CASCADE,
  constraint parts_check CHECK (((state <> 'posted'::text) OR (ref IS NOT NULL))),
  constraint parts_check1 CHECK (((state <> 'removed'::text) OR (NOT streaming))),
  constraint parts_generation_check CHECK ((generation >= 0)),
  constraint parts_key_check CHECK ((length(key) <= 25)),
  constraint parts_ordinal_check CHECK ((ordinal >= '-1'::integer)),
  constraint parts_state_check CHECK ((state = ANY (ARRAY['posting'::text, 'posted'::text, 'removed'::text])))
);
CREATE INDEX parts_by_ref ON parts USING btree (ref) WHERE (ref IS NOT NULL);
CREATE UNIQUE INDEX parts_one_per_ordinal ON parts USING btree (message_id, ordinal) WHERE (state <> 'removed'::text);

create table places (
  platform text not null,
  workspace_id text not null,
  channel_id text not null,
  name text,
  workspace_name text,
  readers integer,
  constraint places_pkey PRIMARY KEY (platform, workspace_id, channel_id)
);

create table policies (
  platform text not null default ''::text,
  workspace_id text not null default ''::text,
  channel_id text not null default ''::text,
  policy jsonb not null,
  constraint policies_pkey PRIMARY KEY (platform, workspace_id, channel_id),
  constraint policies_check CHECK (((platform = ''::text) = (workspace_id = ''::text))),
  constraint policies_check1 CHECK (((channel_id = ''::text) OR (workspace_id <> ''::text))),
  constraint policies_platform_check CHECK ((platform = ANY (ARRAY[''::text, 'slack'::text, 'discord'::text, 'web'::text])))
);

create table prices (
  model text not null,
  since timestamp with time zone not null,
  input_micros bigint not null,
  cached_input_micros bigint,
  output_micros bigint not null,
  constraint prices_pkey PRIMARY KEY (model, since),
  constraint prices_cached_input_micros_check CHECK ((cached_input_micros >= 0)),
  constraint prices_input_micros_check CHECK ((input_micros >= 0)),
  constraint prices_model_check CHECK ((model <> ''::text)),
  constraint prices_output_micros_check CHECK ((output_micros >= 0))
);

create table providers (
  id text not null,
  name text not null,
  base_url text not null,
  models jsonb not null,
  position integer not null,
  enabled boolean not null,
  sends_api_key_header boolean not null,
  sealed_key text,
  constraint providers_pkey PRIMARY KEY (id),
  constraint providers_sealed_key_check CHECK ((sealed_key ~~ 'v1.%'::text))
);
CREATE UNIQUE INDEX providers_by_name ON providers USING btree (lower(name));

create table publications (
  dialogue_id text not null,
  published_by text not null,
  published_at timestamp with time zone not null,
  masks_names boolean not null,
  is_indexed boolean not null default false,
  constraint publications_pkey PRIMARY KEY (dialogue_id),
  constraint publications_dialogue_id_fkey FOREIGN KEY (dialogue_id) REFERENCES dialogues(id) ON DELETE CASCADE,
  constraint publications_published_by_fkey FOREIGN KEY (published_by) REFERENCES members(id) ON DELETE CASCADE
);
CREATE INDEX publications_by_member ON publications USING btree (published_by);
CREATE INDEX publications_by_time ON publications USING btree (published_at DESC);

create table quota_buckets (
  subject text not null,
  bucket text not null,
  requests_used bigint not null default 0,
  requests_held bigint not null default 0,
  tokens_used bigint not null default 0,
  tokens_held bigint not null default 0,
  cost_used bigint not null default 0,
  cost_held bigint not null default 0,
  ends_at timestamp with time zone not null,
  constraint quota_buckets_pkey PRIMARY KEY (subject, bucket),
  constraint quota_buckets_cost_held_check CHECK ((cost_held >= 0)),
  constraint quota_buckets_cost_used_check CHECK ((cost_used >= 0)),
  constraint quota_buckets_requests_held_check CHECK ((requests_held >= 0)),
  constraint quota_buckets_requests_used_check CHECK ((requests_used >= 0)),
  constraint quota_buckets_tokens_held_check CHECK ((tokens_held >= 0)),
  constraint quota_buckets_tokens_used_check CHECK ((tokens_used >= 0))
);
CREATE INDEX quota_buckets_by_end ON quota_buckets USING btree (ends_at);

create table quota_grants (
  subject text not null,
  unit text not null,
  bucket text not null,
  amount bigint not null,
  granted_at timestamp with time zone not null default clock_timestamp(),
  constraint quota_grants_pkey PRIMARY KEY (subject, unit, bucket),
  constraint quota_grants_amount_check CHECK ((amount > 0)),
  constraint quota_grants_unit_check CHECK ((unit = ANY (ARRAY['requests'::text, 'tokens'::text, 'costMicros'::text])))
);

create table quota_requests (
  id text not null,
  asker_id text not null,
  platform text not null,
  workspace_id text not null,
  channel_id text not null,
  scope text not null,
  own boolean not null,
  subject text not null,
  unit text not null,
  bucket text not null,
  most bigint not null,
  used bigint not null,
  resets_at timestamp with time zone not null,
  requested_at timestamp with time zone not null,
  reason text,
  state text not null default 'open'::text,
  decided_by text,
  decided_at timestamp with time zone,
  amount bigint,
  constraint quota_requests_pkey PRIMARY KEY (id),
  constraint quota_requests_asker_id_subject_unit_bucket_key UNIQUE (asker_id, subject, unit, bucket),
  constraint quota_requests_asker_id_fkey FOREIGN KEY (asker_id) REFERENCES identities(id),
  constraint quota_requests_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES members(id) ON DELETE SET NULL,
  constraint quota_requests_scope_check CHECK ((scope = ANY (ARRAY['workspace'::text, 'channel'::text, 'member'::text]))),
  constraint quota_requests_state_check CHECK ((state = ANY (ARRAY['open'::text, 'granted'::text, 'declined'::text]))),
  constraint quota_requests_unit_check CHECK ((unit = ANY (ARRAY['requests'::text, 'tokens'::text, 'costMicros'::text])))
);
CREATE INDEX quota_requests_by_time ON quota_requests USING btree (state, requested_at);

create table quota_rules (
  id text not null,
  ordinal integer not null,
  platform text,
  workspace_id text,
  scope text not null,
  subject text not null,
  role text,
  unit text not null,
  period text not null,
  most bigint not null,
  soft boolean not null,
  step_down_to text,
  constraint quota_rules_pkey PRIMARY KEY (id),
  constraint quota_rules_check CHECK (((platform IS NULL) = (workspace_id IS NULL))),
  constraint quota_rules_most_check CHECK ((most >= 0)),
  constraint quota_rules_period_check CHECK ((period = ANY (ARRAY['day'::text, 'month'::text]))),
  constraint quota_rules_platform_check CHECK ((platform = ANY (ARRAY['slack'::text, 'discord'::text, 'web'::text]))),
  constraint quota_rules_scope_check CHECK ((scope = ANY (ARRAY['workspace'::text, 'channel'::text, 'member'::text]))),
  constraint quota_rules_subject_check CHECK ((subject <> ''::text)),
  constraint quota_rules_unit_check CHECK ((unit = ANY (ARRAY['requests'::text, 'tokens'::text, 'costMicros'::text])))
);
CREATE UNIQUE INDEX quota_rules_once ON quota_rules USING btree (COALESCE(platform, ''::text), COALESCE(workspace_id, ''::text), scope, subject, COALESCE(role, ''::text), unit, period);

create table quota_warnings (
  subject text not null,
  unit text not null,
  bucket text not null,
  warned_at timestamp with time zone not null default clock_timestamp(),
  constraint quota_warnings_pkey PRIMARY KEY (subject, unit, bucket)
);

create table rate_limits (
  key text not null,
  tries timestamp with time zone[] not null,
  allowed boolean not null,
  until timestamp with time zone not null,
  constraint rate_limits_pkey PRIMARY KEY (key)
);
CREATE INDEX rate_limits_by_time ON rate_limits USING btree (until);

create table refresh_tokens (
  hash text not null,
  session_id text not null,
  generation integer not null,
  issued_at timestamp with time zone not null,
  replaced_at timestamp with time zone,
  constraint refresh_tokens_pkey PRIMARY KEY (hash),
  constraint refresh_tokens_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE
);
CREATE INDEX refresh_tokens_by_session ON refresh_tokens USING btree (session_id);

create table relayed_requests (
  id text not null,
  at timestamp with time zone not null,
  member_id text not null,
  api_key_id text not null,
  model text not null,
  host text not null,
  streamed boolean not null,
  outcome text not null,
  status integer not null,
  request bytea not null,
  response bytea not null,
  truncated boolean not null,
  choices jsonb not null,
  input_tokens bigint not null,
  cached_input_tokens bigint not null,
  output_tokens bigint not null,
  estimated boolean not null,
  duration_ms integer not null,
  constraint relayed_requests_pkey PRIMARY KEY (id),
  constraint relayed_requests_member_id_fkey FOREIGN KEY (member_id) REFERENCES members(id) ON DELETE CASCADE,
  constraint relayed_requests_outcome_check CHECK ((outcome = ANY (ARRAY['answered'::text, 'broken'::text, 'left'::text])))
);
CREATE INDEX relayed_requests_by_member ON relayed_requests USING btree (member_id, at DESC, id DESC);
CREATE INDEX relayed_requests_by_time ON relayed_requests USING btree (at);

create table reservations (
  id text not null,
  state text not null,
  asker_id text not null,
  platform text not null,
  workspace_id text not null,
  channel_id text not null,
  agent_id text,
  requests integer not null,
  charged boolean not null default false,
  requests_held integer not null default 0,
  tokens_held bigint not null default 0,
  cost_held bigint not null default 0,
  subjects text[] not null default '{}'::text[],
  buckets text[] not null default '{}'::text[],
  at timestamp with time zone not null,
  ended_at timestamp with time zone,
  constraint reservations_pkey PRIMARY KEY (id),
  constraint reservations_asker_id_fkey FOREIGN KEY (asker_id) REFERENCES identities(id),
  constraint reservations_requests_check CHECK ((requests = ANY (ARRAY[0, 1]))),
  constraint reservations_state_check CHECK ((state = ANY (ARRAY['open'::text, 'settled'::text, 'released'::text])))
);
CREATE INDEX reservations_by_asker ON reservations USING btree (asker_id) WHERE (state = 'open'::text);
CREATE INDEX reservations_ended ON reservations USING btree (ended_at) WHERE (state <> 'open'::text);
CREATE INDEX reservations_open ON reservations USING btree (at) WHERE (state = 'open'::text);

create table retention_rules (
  platform text not null,
  workspace_id text not null,
  channel_id text not null default ''::text,
  days integer not null,
  constraint retention_rules_pkey PRIMARY KEY (platform, workspace_id, channel_id),
  constraint retention_rules_days_check CHECK ((days > 0)),
  constraint retention_rules_platform_check CHECK ((platform = ANY (ARRAY['slack'::text, 'discord'::text, 'web'::text])))
);

create table sessions (
  id text not null,
  member_id text not null,
  method text not null,
  user_agent text,
  address text,
  created_at timestamp with time zone not null,
  used_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  end_reason text,
  generation integer not null default 1,
  constraint sessions_pkey PRIMARY KEY (id),
  constraint sessions_member_id_fkey FOREIGN KEY (member_id) REFERENCES members(id) ON DELETE CASCADE,
  constraint sessions_check CHECK (((ended_at IS NULL) = (end_reason IS NULL)))
);
CREATE INDEX sessions_by_member ON sessions USING btree (member_id);

create table setup_links (
  hash text not null,
  expires_at timestamp with time zone not null,
  constraint setup_links_pkey PRIMARY KEY (hash)
);

create table sign_in_attempts (
  state_hash text not null,
  browser_hash text not null,
  provider text not null,
  purpose jsonb not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint sign_in_attempts_pkey PRIMARY KEY (state_hash)
);
CREATE INDEX sign_in_attempts_by_time ON sign_in_attempts USING btree (expires_at);

create table summaries (
  dialogue_id text not null,
  text text not null,
  tokens integer not null,
  through_position bigint not null,
  messages integer not null,
  saved_at timestamp with time zone not null default clock_timestamp(),
  branch_id text,
  constraint summaries_of_branch UNIQUE NULLS NOT DISTINCT (dialogue_id, branch_id),
  constraint summaries_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES branches(id) ON DELETE CASCADE,
  constraint summaries_dialogue_id_fkey FOREIGN KEY (dialogue_id) REFERENCES dialogues(id) ON DELETE CASCADE,
  constraint summaries_messages_check CHECK ((messages >= 0)),
  constraint summaries_tokens_check CHECK ((tokens >= 0))
);

create table turn_messages (
  turn_id text not null,
  message_id text not null,
  constraint turn_messages_pkey PRIMARY KEY (turn_id, message_id),
  constraint turn_messages_message_id_fkey FOREIGN KEY (message_id) REFERENCES messages(id) ON DELETE CASCADE,
  constraint turn_messages_turn_id_fkey FOREIGN KEY (turn_id) REFERENCES turns(id) ON DELETE CASCADE
);
CREATE INDEX turn_messages_by_message ON turn_messages USING btree (message_id);

create table turns (
  id text not null,
  dialogue_id text not null,
  sequence bigint not null,
  state text not null,
  asker_id text not null,
  answer_id text not null,
  rewrites boolean not null,
  stop_reason text,
  stop_by text,
  end_state text,
  end_error text,
  accepted_at timestamp with time zone not null,
  started_at timestamp with time zone,
  delivering_at timestamp with time zone,
  ended_at timestamp with time zone,
  revision bigint not null default 0,
  refusal jsonb,
  constraint turns_pkey PRIMARY KEY (id),
  constraint turns_dialogue_id_sequence_key UNIQUE (dialogue_id, sequence),
  constraint turns_answer_id_fkey FOREIGN KEY (answer_id) REFERENCES messages(id) ON DELETE CASCADE,
  constraint turns_asker_id_fkey FOREIGN KEY (asker_id) REFERENCES identities(id),
  constraint turns_dialogue_id_fkey FOREIGN KEY (dialogue_id) REFERENCES dialogues(id) ON DELETE CASCADE,
  constraint turns_stop_by_fkey FOREIGN KEY (stop_by) REFERENCES identities(id),
  constraint turns_check CHECK (((stop_by IS NULL) OR (stop_reason IS NOT NULL))),
  constraint turns_check1 CHECK (((state = 'accepted'::text) = (started_at IS NULL))),
  constraint turns_check2 CHECK (((state = ANY (ARRAY['accepted'::text, 'running'::text])) = (end_state IS NULL))),
  constraint turns_check3 CHECK (((end_state IS NULL) = (delivering_at IS NULL))),
  constraint turns_check4 CHECK (((state = ANY (ARRAY['done'::text, 'failed'::text, 'stopped'::text])) = (ended_at IS NOT NULL))),
  constraint turns_check5 CHECK (((ended_at IS NULL) OR (state = end_state))),
  constraint turns_end_state_check CHECK ((end_state = ANY (ARRAY['done'::text, 'failed'::text, 'stopped'::text]))),
  constraint turns_sequence_check CHECK ((sequence > 0)),
  constraint turns_state_check CHECK ((state = ANY (ARRAY['accepted'::text, 'running'::text, 'delivering'::text, 'done'::text, 'failed'::text, 'stopped'::text]))),
  constraint turns_stop_reason_check CHECK ((stop_reason = ANY (ARRAY['asked'::text, 'revised'::text, 'deleted'::text])))
);
CREATE INDEX turns_active ON turns USING btree (dialogue_id, sequence) WHERE (state = ANY (ARRAY['accepted'::text, 'running'::text]));
CREATE INDEX turns_by_answer ON turns USING btree (answer_id);
CREATE INDEX turns_by_asker ON turns USING btree (asker_id);
CREATE INDEX turns_by_revision ON turns USING btree (dialogue_id, revision);
CREATE INDEX turns_by_time ON turns USING btree (accepted_at);
CREATE UNIQUE INDEX turns_one_at_a_time ON turns USING btree (dialogue_id) WHERE (state = ANY (ARRAY['running'::text, 'delivering'::text]));

create table usages (
  call_id text not null,
  reservation_id text not null,
  at timestamp with time zone not null,
  platform text not null,
  workspace_id text not null,
  channel_id text not null,
  identity_id text not null,
  agent_id text,
  model text not null,
  provider text,
  purpose text not null,
  requests integer not null,
  input_tokens bigint not null,
  cached_input_tokens bigint not null,
  output_tokens bigint not null,
  cost_micros bigint,
  estimated boolean not null,
  constraint usages_pkey PRIMARY KEY (call_id),
  constraint usages_identity_id_fkey FOREIGN KEY (identity_id) REFERENCES identities(id),
  constraint usages_check CHECK (((cached_input_tokens >= 0) AND (cached_input_tokens <= input_tokens))),
  constraint usages_cost_micros_check CHECK ((cost_micros >= 0)),
  constraint usages_input_tokens_check CHECK ((input_tokens >= 0)),
  constraint usages_output_tokens_check CHECK ((output_tokens >= 0)),
  constraint usages_requests_check CHECK ((requests = ANY (ARRAY[0, 1])))
);
CREATE INDEX usages_by_person ON usages USING btree (identity_id, at);
CREATE INDEX usages_by_time ON usages USING btree (at, call_id);
CREATE INDEX usages_by_workspace ON usages USING btree (platform, workspace_id, at);

create table workspace_roles (
  member_id text not null,
  platform text not null,
  workspace_id text not null,
  role text not null,
  constraint workspace_roles_pkey PRIMARY KEY (member_id, platform, workspace_id),
  constraint workspace_roles_member_id_fkey FOREIGN KEY (member_id) REFERENCES members(id) ON DELETE CASCADE,
  constraint workspace_roles_platform_check CHECK ((platform = ANY (ARRAY['slack'::text, 'discord'::text, 'web'::text]))),
  constraint workspace_roles_role_check CHECK ((role = ANY (ARRAY['admin'::text, 'auditor'::text])))
);
CREATE INDEX workspace_roles_by_workspace ON workspace_roles USING btree (platform, workspace_id);

create table workspace_settings (
  platform text not null,
  workspace_id text not null,
  key text not null,
  value jsonb not null,
  constraint workspace_settings_pkey PRIMARY KEY (platform, workspace_id, key),
  constraint workspace_settings_platform_check CHECK ((platform = ANY (ARRAY['slack'::text, 'discord'::text, 'web'::text])))
);
