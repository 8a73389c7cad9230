-- Made from migrations/ by npm run db:dump.

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
  constraint dialogues_pkey PRIMARY KEY (id),
  constraint dialogues_platform_workspace_id_channel_id_thread_id_key UNIQUE (platform, workspace_id, channel_id, thread_id),
  constraint dialogues_next_position_check CHECK ((next_position > 0)),
  constraint dialogues_platform_check CHECK ((platform = ANY (ARRAY['slack'::text, 'discord'::text, 'web'::text])))
);
CREATE INDEX dialogues_direct ON dialogues USING btree (platform, used_at DESC) WHERE direct;

create table identities (
  id text not null,
  platform text not null,
  realm text not null,
  user_id text not null,
  name text,
  created_at timestamp with time zone not null default now(),
  constraint identities_pkey PRIMARY KEY (id),
  constraint identities_platform_realm_user_id_key UNIQUE (platform, realm, user_id),
  constraint identities_platform_check CHECK ((platform = ANY (ARRAY['slack'::text, 'discord'::text, 'web'::text])))
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
  constraint messages_pkey PRIMARY KEY (id),
  constraint messages_dialogue_id_position_key UNIQUE (dialogue_id, "position"),
  constraint messages_dialogue_id_ref_key UNIQUE (dialogue_id, ref),
  constraint messages_author_id_fkey FOREIGN KEY (author_id) REFERENCES identities(id),
  constraint messages_dialogue_id_fkey FOREIGN KEY (dialogue_id) REFERENCES dialogues(id) ON DELETE CASCADE,
  constraint messages_check CHECK ((("position" IS NOT NULL) OR (role = 'assistant'::text))),
  constraint messages_check1 CHECK (((role = 'assistant'::text) OR ((author_id IS NOT NULL) AND (ref IS NOT NULL)))),
  constraint messages_check2 CHECK (((redacted_at IS NULL) OR ((text = ''::text) AND (told IS NULL)))),
  constraint messages_role_check CHECK ((role = ANY (ARRAY['user'::text, 'assistant'::text]))),
  constraint messages_tokens_check CHECK ((tokens >= 0)),
  constraint messages_version_check CHECK ((version > 0))
);
CREATE INDEX messages_by_ref ON messages USING btree (ref) WHERE (role = 'user'::text);

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
  constraint model_calls_purpose_check CHECK ((purpose = ANY (ARRAY['answer'::text, 'summary'::text])))
);
CREATE INDEX model_calls_by_turn ON model_calls USING btree (turn_id);

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

create table summaries (
  dialogue_id text not null,
  text text not null,
  tokens integer not null,
  through_position bigint not null,
  messages integer not null,
  saved_at timestamp with time zone not null default clock_timestamp(),
  constraint summaries_pkey PRIMARY KEY (dialogue_id),
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
CREATE UNIQUE INDEX turns_one_at_a_time ON turns USING btree (dialogue_id) WHERE (state = ANY (ARRAY['running'::text, 'delivering'::text]));
