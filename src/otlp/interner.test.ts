import { expect, test } from 'vitest'
import { Arena } from './arena.ts'
import { Interner } from './interner.ts'

test('numbers texts in the order in which they are first seen, and finds them again', () => {
  const interner = new Interner(new Arena())
  const texts = Array.from({ length: 5000 }, (_, i) => `key.${i}`)
  expect(texts.map((text) => interner.internText(text))).toEqual([...texts.keys()])
  expect(texts.map((text) => interner.internText(text))).toEqual([...texts.keys()])
  expect(interner.size).toBe(5000)
  expect(interner.text(4321)).toBe('key.4321')
})

test('texts that differ only past a whole word, or only in length, are different', () => {
  const interner = new Interner(new Arena())
  const texts = [
    '',
    'a',
    'ab',
    'abc',
    'abcd',
    'abcde',
    'abcdf',
    'abcd\0',
    'abce',
    'ä',
    '\0',
    '\0\0',
  ]
  expect(new Set(texts.map((text) => interner.internText(text))).size).toBe(texts.length)
})

test('forgets what is truncated and keeps the rest', () => {
  const arena = new Arena()
  const interner = new Interner(arena)
  for (let i = 0; i < 100; i++) interner.internText(`key.${i}`)
  const { length } = arena
  for (let i = 100; i < 1000; i++) interner.internText(`key.${i}`)
  interner.truncate(100)
  arena.length = length
  expect(interner.internText('other')).toBe(100)
  expect(interner.internText('key.500')).toBe(101)
  expect(interner.internText('key.50')).toBe(50)
})
