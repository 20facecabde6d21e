#!/bin/sh
# Builds the pages into a folder, with each page's comments in its source. Where the comment server does not answer, the page
# gets the plain snippet and its readers' browsers ask later. Needs curl and awk.
#
#   COMMENTS=https://comments.example SITE=my-blog ADDRESS=https://blog.example sh build.sh public
set -eu
out=${1:-public}
pages=$(dirname "$0")/pages
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"

for file in "$pages"/*.html; do
  name=$(basename "$file")
  # Into a file first: an answer that breaks off must not be half in the page.
  if ! curl --silent --show-error --fail --max-time 5 --get --output "$work/comments.html" \
      --data-urlencode "page=$ADDRESS/$name" --data lang=en --data as=document-fragment \
      "$COMMENTS/api/v1/sites/$SITE/thread.html"; then
    echo "$name: no comments from $COMMENTS, the page asks for them itself" >&2
    cat > "$work/comments.html" <<END
<embed-comments>
  <a href="$COMMENTS/t/$SITE" referrerpolicy="no-referrer-when-downgrade">Comments</a>
</embed-comments>
END
  fi
  printf '\n<script async crossorigin src="%s/embed.js" data-site="%s"></script>\n' "$COMMENTS" "$SITE" >> "$work/comments.html"
  awk -v comments="$work/comments.html" '
    /<!-- comments -->/ { while ((getline line < comments) > 0) print line; close(comments); next }
    { print }' "$file" > "$out/$name"
done
