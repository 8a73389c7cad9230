import type { Platform } from '../../thread.ts'
import type { Words } from '../en.ts'

const platforms: Record<Platform, string> = { slack: 'Slack', discord: 'Discord', web: '웹' }

export const sharing: Words['sharing'] = {
  publicTitle: '공개된 대화',
  publicAbout: '누구나 읽을 수 있도록 공개한 대화입니다.',
  publicNone: '아직 공개된 대화가 없습니다',
  publicNoneAbout: '대화를 가진 사람은 대화 페이지에서 공개할 수 있습니다.',
  older: '이전 대화',
  later: '이어서 읽기',
  publishedFrom: platform => `${platforms[platform]}에서 나눈 대화`,
  readOnly: '공개된 대화이며 읽기만 할 수 있습니다.',
  person: letter => `사람 ${letter}`,
  someone: '누군가',
  removed: '삭제된 메시지입니다.',
  edited: '수정됨',
  toPublic: '공개된 대화 모두 보기',

  shareTitle: '이 대화 공개하기',
  shareAbout: title =>
    `링크를 아는 사람은 누구나 “${title}” 대화를 읽을 수 있습니다. 지금과 앞으로의 모든 메시지가 보이며, 사용 내역과 주소와 아이디는 보이지 않습니다. 언제든지 되돌릴 수 있습니다.`,
  maskNames: '이름 대신 “사람 A”로 표시하기',
  maskNamesAbout: '메시지 안에 적힌 이름도 똑같이 적혀 있으면 바꿉니다.',
  index: '검색 엔진에 나오게 하기',
  publish: '공개하기',
  saveShare: '저장',
  publishedAt: '공개 주소',
  unpublish: '공개 취소',
  back: '대화로 돌아가기',

  exportTitle: '모두 내려받기',
  exportAbout:
    '프로필과 설정, 연결된 계정, 사용량, 그리고 모든 버전을 포함한 내 대화입니다. 지금 읽을 수 있는 채널에서는 내가 말한 대화를, 그 밖의 채널에서는 내가 한 말만 담습니다.',
  exportJson: 'JSON으로 내려받기',
  exportMarkdown: 'Markdown으로 내려받기',
  exportHeading: (name, date) => `Parley: ${name}의 모든 자료, ${date}`,
  exportAccounts: '계정',
  exportUsage: (calls, inputTokens, outputTokens) =>
    `모델의 답변과 요약 ${calls}건: 읽은 토큰 ${inputTokens}개, 쓴 토큰 ${outputTokens}개.`,
  exportMineOnly: '지금은 읽을 수 없는 채널입니다. 여기에서 한 말만 담았습니다.',
  exportEarlier: version => `수정하기 전의 버전 ${version}:`,

  forgetTitle: '나를 잊어 주세요',
  forgetAbout:
    '여기와 연결된 모든 계정에서 내 자료가 모두 지워집니다. 내 대화, 채널에서 한 말, 나에게 한 답변, 프로필이 지워지며 되돌릴 수 없습니다.',
  forgetKeeps:
    'Slack이나 Discord 자체에 남아 있는 글은 그곳에서 직접 지울 때까지 남습니다. 다른 사람이 한 말은 그대로 남습니다.',
  forgetFirst: '필요하다면 먼저 사본을 내려받으세요.',
  forgetConfirm: username => `계속하려면 사용자 이름을 입력하세요: ${username}`,
  forgetUsername: '사용자 이름',
  forget: '내 자료 모두 지우기',
  cancel: '그만두기',
  forgetCard: '자세히 읽기',
  forgetDialogueTitle: '이 대화 잊기',
  forgetDialogueOwn: title =>
    `“${title}” 대화가 함께 있는 모든 사람에게서 통째로 지워집니다. 되돌릴 수 없습니다.`,
  forgetDialogueMine: title =>
    `“${title}” 대화에서 내가 한 말과 Parley가 나에게 한 답변이 지워집니다. 다른 사람이 한 말은 남습니다. 되돌릴 수 없습니다.`,
  forgetDialogue: '지우기',
  forgetDialogueMineButton: '내 것만 지우기',
  receiptTitle: '지웠습니다',
  receiptRunning: '지우고 있습니다',
  receiptRunningAbout: '저절로 계속됩니다. 이 페이지를 다시 열면 얼마나 진행되었는지 볼 수 있습니다.',
  receiptAbout: '남은 것은 이것뿐입니다. 얼마나 지웠는지만 알 수 있고 누구의 것이었는지는 알 수 없습니다.',
  receiptReload: '다시 보기',
  counts: {
    dialogues: '대화',
    messages: '내 메시지',
    answers: '나에게 한 답변',
    identities: '계정',
    decisions: '누가 언제 썼는지에 대한 기록',
  },

  glassReason: '이유',
  glassReasonHint: '대화에 있는 모든 사람이 읽습니다.',
  glassMinutes: '시간(분)',
  glassMinutesHint: '1분에서 60분까지.',
}
