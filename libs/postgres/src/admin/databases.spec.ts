import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asRole, inDatabase } from './connection-string.ts';
import { createDatabase, dropDatabase, hasDatabase } from './databases.ts';
import { applyRoles, dropRoles } from './roles.ts';

// Databases and roles belong to the whole server, so their names are unique to this run.
const name = `spec-${process.pid}-preview`;
const owner = `spec-${process.pid}-owner`;
const superuser = new pg.Client({ connectionString: process.env.DATABASE_URL });
let url: string;

beforeAll(async () => {
  await superuser.connect();
  await superuser.query(`CREATE ROLE ${pg.escapeIdentifier(owner)} LOGIN PASSWORD 'x'`);
  url = asRole(process.env.DATABASE_URL as string, owner, 'x');
});
afterAll(async () => {
  await superuser.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
  await superuser.query(`DROP ROLE ${pg.escapeIdentifier(owner)}`);
  await superuser.end();
});

it('tells a role that may not create databases how it may', async () => {
  await expect(createDatabase(url, name)).rejects.toThrow(
    `The database "${name}" cannot be created: permission denied to create database. Allow it: ALTER ROLE "${owner}" CREATEDB`,
  );
});

it('is created once, also by two at a time, and belongs to its creator', async () => {
  await superuser.query(`ALTER ROLE ${pg.escapeIdentifier(owner)} CREATEDB CREATEROLE`);
  const made = await Promise.all([createDatabase(url, name), createDatabase(url, name)]);
  expect(made.filter(Boolean)).toHaveLength(1);
  expect(await createDatabase(url, name)).toBe(false);
  expect(await hasDatabase(url, name)).toBe(true);
  const client = new pg.Client(inDatabase(url, name));
  await client.connect();
  await client.query('CREATE SCHEMA orders');
  await client.end();
});

it('is dropped with the sessions of other roles, once', async () => {
  const user = `spec-${process.pid}-user`;
  const role = { name: user, grants: {} };
  const inPreview = inDatabase(url, name);
  await applyRoles(inPreview, [role], { mode: 'grant', passwordOf: () => 'x' });
  const client = new pg.Client(asRole(inPreview, user, 'x'));
  client.on('error', () => {});
  const ended = new Promise((resolve) => client.once('end', resolve));
  await client.connect();
  expect(await dropDatabase(url, name, [user, `spec-${process.pid}-unknown`])).toBe(true);
  await ended;
  expect(await dropDatabase(url, name, [user])).toBe(false);
  expect(await hasDatabase(url, name)).toBe(false);
  await dropRoles(url, [user]);
});
