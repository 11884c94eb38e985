import { expect, it } from 'vitest'
import { z } from 'zod'

import { checkedRequest } from './checked-request.ts'

const schema = z.strictObject({ by: z.string().trim().min(1), every: z.number().min(1).optional() })
const check = (content: unknown) => () => checkedRequest(schema, content, 'sign-off', 'It has by.')

it('says in plain words which field is wrong', () => {
  expect(check({ by: 'Ada' })()).toEqual({ by: 'Ada' })
  expect(check({ by: ' ' })).toThrow('The sign-off is not valid: by is empty.')
  expect(check({ by: 'Ada', every: 0 })).toThrow(/^The sign-off is not valid: every: .*>=1/)
  expect(check('Ada')).toThrow(/^The sign-off is not valid: Invalid input/)
})
