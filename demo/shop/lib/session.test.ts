import { expect, test } from 'vitest'
import { decodeSession, encodeSession, type Session } from './session.ts'

const session: Session = {
  id: 's1-1',
  userId: 'u&=7',
  locale: 'pt-BR',
  country: 'BR',
  accountAgeDays: 45,
  plan: 'plus',
  device: 'ios',
  cartSize: 2,
  cardType: 'amex',
  provider: 'bluecard',
  newSearch: 'on',
  recommendations: 'control',
}

test('a session survives its header', () => {
  expect(decodeSession(encodeSession(session))).toEqual(session)
})

test.each([[undefined], [''], ['locale=pt-BR'], [['id=1', 'id=2']]])(
  'no session in %j',
  (header) => {
    expect(decodeSession(header)).toBe(null)
  },
)
