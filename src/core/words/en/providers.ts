import type { ErrorCode } from '../../errors.ts'

/** The page of model providers, and the one that makes the first owner. */
export const providers = {
  title: 'Providers',
  about:
    'Services that answer. They are asked in this order when they serve the model; when one is overloaded or cannot be reached, the next one is asked.',
  add: 'Add a provider',
  environment: 'from the environment',
  environmentAbout: 'Set by OPENAI_BASE_URL, OPENAI_API_KEY and OPENAI_MODEL. It is asked first.',
  practiceAbout: 'The practice model. It answers where no real provider takes the model.',
  none: 'No other provider yet',
  noneAbout: 'With a second one, answers go on when the first has too much to do.',
  anyModel: 'Any model',
  models: 'Models',
  withKey: 'Key kept',
  withoutKey: 'No key',
  good: 'Answers well',
  unknown: 'Not asked yet',
  paused: 'Paused',
  failing: 'Failing',
  healthNote: 'As this process of Parley saw it.',
  lastFailure: 'Last failure',
  rests: 'Others are asked first until',
  test: 'Test',
  testOf: (name: string) => `Test ${name}`,
  edit: 'Edit',
  editOf: (name: string) => `Edit ${name}`,
  up: (name: string) => `Ask ${name} earlier`,
  down: (name: string) => `Ask ${name} later`,
  addTitle: 'Add a provider',
  editTitle: (name: string) => `Edit ${name}`,
  name: 'Name',
  nameHint: 'As receipts and this page call it.',
  baseUrl: 'Address',
  baseUrlHint:
    'Where the OpenAI-compatible API begins, such as https://api.openai.com/v1 or http://ollama:11434/v1.',
  modelsLabel: 'Models',
  modelsHint: 'One on each line. Leave it empty when it takes whatever model is asked for.',
  key: 'Key',
  keyHint: 'Kept encrypted and never shown again.',
  keyStays: 'A key is kept. Leave this empty to keep it; at another address it has to be typed again.',
  keyRemove: 'Forget the kept key',
  apiKeyHeader: 'Send the key as “api-key” too, as Azure takes it',
  enabled: 'Ask this provider',
  save: 'Save',
  cancel: 'Cancel',
  remove: 'Remove',
  removeAbout: 'Its key is forgotten with it. Answers that it gave stay.',
  testGood: (name: string) => `${name} answers, and takes the key.`,
  testFailed: (name: string, why: string) => `${name}: ${why}`,
  failure: (code: ErrorCode): string => {
    switch (code) {
      case 'model_auth':
        return 'it does not take the key. Enter it again.'
      case 'model_not_found':
        return 'it does not have the first of these models. Check their names.'
      case 'model_rate_limited':
        return 'it is asked too often. It is asked again in a while.'
      case 'model_overloaded':
        return 'it has too much to do right now.'
      case 'model_malformed':
        return 'what it says is not OpenAI’s way of speaking. Check the address.'
      case 'model_unreachable':
        return 'it cannot be reached. Check the address, and whether it runs.'
      default:
        return 'it cannot answer. The log says why.'
    }
  },
  setupTitle: 'Make Parley yours',
  setupAbout:
    'Nobody owns this Parley yet. This link came from its terminal, so whoever opens it first becomes its owner.',
  setupSignIn: 'Log in or register first; then come back here by the same link.',
  setupAs: (name: string) => `You are logged in as ${name}.`,
  setupBecome: 'Become the owner',
  setupLogIn: 'Log in',
  setupRegister: 'Register',
  setupStaleTitle: 'This link is used up',
  setupStale:
    'It was used, is older than a day, or Parley has an owner already. Start Parley again for a new one, or use npm run admin.',
  setupOn: 'To your chats',
}
