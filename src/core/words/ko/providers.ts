import type { providers as english } from '../en/providers.ts'

export const providers: typeof english = {
  title: '모델 제공자',
  about:
    '답변을 만드는 서비스입니다. 해당 모델을 제공하는 곳에 이 순서대로 요청하고, 과부하이거나 연결할 수 없으면 다음 제공자에게 요청합니다.',
  add: '제공자 추가',
  environment: '환경 변수에서 설정됨',
  environmentAbout:
    'OPENAI_BASE_URL, OPENAI_API_KEY, OPENAI_MODEL로 정한 제공자입니다. 가장 먼저 요청합니다.',
  practiceAbout: '연습용 모델입니다. 모델을 맡을 실제 제공자가 없을 때 답합니다.',
  none: '다른 제공자가 아직 없습니다',
  noneAbout: '제공자를 하나 더 두면 첫 번째 제공자가 바쁠 때에도 답변이 이어집니다.',
  anyModel: '모든 모델',
  models: '모델',
  withKey: '키 보관됨',
  withoutKey: '키 없음',
  good: '정상',
  unknown: '아직 요청하지 않음',
  paused: '일시 중지',
  failing: '오류 발생',
  healthNote: '이 Parley 프로세스에서 확인한 상태입니다.',
  lastFailure: '최근 오류',
  rests: '다음 시각까지 다른 제공자에게 먼저 요청합니다',
  test: '테스트',
  testOf: name => `${name} 테스트`,
  edit: '수정',
  editOf: name => `${name} 수정`,
  up: name => `${name}의 순서를 앞으로`,
  down: name => `${name}의 순서를 뒤로`,
  addTitle: '제공자 추가',
  editTitle: name => `${name} 수정`,
  name: '이름',
  nameHint: '답변 내역과 이 페이지에 표시됩니다.',
  baseUrl: '주소',
  baseUrlHint:
    'OpenAI 호환 API가 시작되는 주소입니다. 예: https://api.openai.com/v1 또는 http://ollama:11434/v1',
  modelsLabel: '모델',
  modelsHint: '한 줄에 하나씩 적어 주세요. 어떤 모델이든 받는다면 비워 두세요.',
  key: '키',
  keyHint: '암호화하여 보관하며 다시 표시하지 않습니다.',
  keyStays: '키가 보관되어 있습니다. 그대로 두려면 비워 두세요. 주소를 바꾸면 다시 입력해야 합니다.',
  keyRemove: '보관된 키 삭제',
  apiKeyHeader: 'Azure처럼 키를 “api-key” 헤더로도 보내기',
  enabled: '이 제공자에게 요청하기',
  save: '저장',
  cancel: '취소',
  remove: '삭제',
  removeAbout: '키도 함께 삭제됩니다. 이 제공자가 만든 답변은 남습니다.',
  testGood: name => `${name} 제공자가 응답하며 키도 유효합니다.`,
  testFailed: (name, why) => `${name}: ${why}`,
  failure: code => {
    switch (code) {
      case 'model_auth':
        return '키를 받아들이지 않습니다. 키를 다시 입력해 주세요.'
      case 'model_not_found':
        return '목록의 첫 번째 모델이 없습니다. 모델 이름을 확인해 주세요.'
      case 'model_rate_limited':
        return '요청이 너무 많습니다. 잠시 후 다시 요청합니다.'
      case 'model_overloaded':
        return '지금은 요청이 몰려 있습니다.'
      case 'model_malformed':
        return 'OpenAI 형식으로 응답하지 않습니다. 주소를 확인해 주세요.'
      case 'model_unreachable':
        return '연결할 수 없습니다. 주소와 실행 여부를 확인해 주세요.'
      default:
        return '응답하지 못합니다. 로그에서 원인을 확인해 주세요.'
    }
  },
  setupTitle: 'Parley의 소유자 되기',
  setupAbout:
    '아직 이 Parley의 소유자가 없습니다. 이 링크는 터미널에만 표시되었으며, 먼저 여는 사람이 소유자가 됩니다.',
  setupSignIn: '먼저 로그인하거나 가입한 다음 같은 링크로 돌아와 주세요.',
  setupAs: name => `${name} 님으로 로그인되어 있습니다.`,
  setupBecome: '소유자 되기',
  setupLogIn: '로그인',
  setupRegister: '가입',
  setupStaleTitle: '더 이상 쓸 수 없는 링크입니다',
  setupStale:
    '이미 사용했거나 하루가 지났거나 소유자가 이미 있습니다. Parley를 다시 시작해 새 링크를 받거나 npm run admin을 사용해 주세요.',
  setupOn: '대화로 가기',
}
