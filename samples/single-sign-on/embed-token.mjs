// Signs whoever is signed in on your site in at its comments. Node.js 18 or later, nothing to install.
// The secret comes from /admin and belongs into the environment, never into a page or a repository.
import { createHmac, randomUUID } from 'node:crypto';

const SITE = 'my-blog';
const ISSUER = 'https://blog.example';
const SERVER = 'https://comments.example';
const SECRET = process.env.EMBED_SECRET;
if (!SECRET) throw new Error('EMBED_SECRET is not set.');

const encode = value => Buffer.from(JSON.stringify(value)).toString('base64url');

// user: { id, name, picture, roles } as your site knows them. id is lasting and never given to somebody else.
function embedToken({ id, name, picture, roles = [] }) {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: ISSUER, aud: SITE, sub: String(id), name, picture, roles, iat: now, exp: now + 300, jti: randomUUID() };
  const signed = encode({ alg: 'HS256', typ: 'JWT' }) + '.' + encode(claims);
  return signed + '.' + createHmac('sha256', SECRET).update(signed).digest('base64url');
}

// The script tag for a page; for people who are not signed in on your site pass null.
export function embedTag(user) {
  const token = user ? embedToken(user) : '';
  return `<script async crossorigin src="${SERVER}/embed.js" data-site="${SITE}" data-sso="${token}"></script>`;
}
