/** Whether a statement only reads: answers in formats that the client does not know come by `exec`, as inserts go. */
export const isQuestion = (statement: string): boolean => /^\s*(SELECT|WITH)\b/i.test(statement)
