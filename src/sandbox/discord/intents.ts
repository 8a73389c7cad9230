/** What a gateway session asks to be told. */
export const intents = {
  guilds: 1,
  guildMembers: 1 << 1,
  guildPresences: 1 << 8,
  guildMessages: 1 << 9,
  guildMessageTyping: 1 << 11,
  directMessages: 1 << 12,
  directMessageTyping: 1 << 14,
  messageContent: 1 << 15,
} as const

/** Every bit Discord documents (0 to 16, 20, 21, 24, 25); a session that asks for another is closed with 4013. */
export const knownIntents = 0x331_ffff
