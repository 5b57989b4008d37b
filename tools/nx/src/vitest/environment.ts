// Specs run where functions run: in Lambda's time zone and language. The processes of specs read them at their start.
for (const name of Object.keys(process.env)) if (/^(?:LANGUAGE$|LC_)/.test(name)) delete process.env[name];
Object.assign(process.env, { TZ: 'UTC', LANG: 'en_US.UTF-8' });
