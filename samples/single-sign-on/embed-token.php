<?php
// Signs whoever is signed in on your site in at its comments. PHP 8.0 or later, nothing to install.
// The secret comes from /admin and belongs into the environment, never into a page or a repository.
const EMBED_SITE = 'my-blog';
const EMBED_ISSUER = 'https://blog.example';
const EMBED_SERVER = 'https://comments.example';

function embed_encode(string $data): string
{
    return rtrim(strtr(base64_encode($data), '+/', '-_'), '=');
}

// $user: an array with id, name and, if you like, picture and roles. id is lasting and never given to somebody else.
function embed_token(array $user): string
{
    $secret = getenv('EMBED_SECRET') ?: throw new RuntimeException('EMBED_SECRET is not set.');
    $now = time();
    $claims = [
        'iss' => EMBED_ISSUER, 'aud' => EMBED_SITE, 'sub' => (string) $user['id'], 'name' => $user['name'],
        'picture' => $user['picture'] ?? null, 'roles' => $user['roles'] ?? [],
        'iat' => $now, 'exp' => $now + 300, 'jti' => bin2hex(random_bytes(16)),
    ];
    $header = ['alg' => 'HS256', 'typ' => 'JWT'];
    $signed = embed_encode(json_encode($header, JSON_THROW_ON_ERROR)) . '.' . embed_encode(json_encode($claims, JSON_THROW_ON_ERROR));
    return $signed . '.' . embed_encode(hash_hmac('sha256', $signed, $secret, true));
}

// The script tag for a page; for people who are not signed in on your site pass null.
function embed_tag(?array $user): string
{
    $token = $user === null ? '' : embed_token($user);
    return sprintf('<script async crossorigin src="%s/embed.js" data-site="%s" data-sso="%s"></script>', EMBED_SERVER, EMBED_SITE, $token);
}
