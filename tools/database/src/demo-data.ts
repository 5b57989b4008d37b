/** The user `Ann Demo` of seed.sql: whom `invoke` acts for unless told otherwise. */
export const demoUserId = '0197f3a0-0000-7000-8000-000000000001';
