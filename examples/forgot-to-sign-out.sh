#!/bin/sh
# The whole way of a customer who forgot the password, with curl, against a rekey that is running:
# forgot, mail, link, reset, sign in, my account, change password, sign out.
#
#   rekey demo &
#   BASE=http://127.0.0.1:8080 MAIL_DIR=data/mail EMAIL=demo@example.com examples/forgot-to-sign-out.sh
#
# MAIL_DIR is the folder of `mail.url = file://…`. Magento's limits hold: one link in ten minutes.
set -eu

BASE=${BASE:-http://127.0.0.1:8080}
MAIL_DIR=${MAIL_DIR:-data/mail}
EMAIL=${EMAIL:-demo@example.com}
NEW=Correct-Horse-7
NEWER=Battery-Staple-8

# call METHOD PATH [BODY]: prints the answer; with $BEARER as the customer.
call() {
    curl -sS -X "$1" "$BASE/rest/default/V1$2" -H 'Accept: application/json' -H 'Content-Type: application/json' \
        ${BEARER:+-H "Authorization: Bearer $BEARER"} ${3:+-d "$3"}
}

# expect WHAT EXPECTED ANSWER: goes on only with the right answer.
expect() {
    if [ "$3" != "$2" ]; then
        echo "$1: expected $2, got $3" >&2
        exit 1
    fi
    echo "$1: $3"
}

newest_mail() {
    find "$MAIL_DIR" -name '*.eml' 2>/dev/null | sort | tail -n 1
}

# parameter NAME: of the link in the mail (quoted-printable: lines end in "=", "=" is "=3D").
parameter() {
    tr -d '\r' <"$mail" | sed -e ':join' -e '/=$/{N;s/=\n//;bjoin' -e '}' -e 's/=3D/=/g' |
        sed -n "s/.*[?&]$1=\([A-Za-z0-9]*\).*/\1/p" | head -n 1
}

before=$(newest_mail)
expect 'forgot' true "$(call PUT /customers/password "{\"email\":\"$EMAIL\",\"template\":\"email_reset\"}")"

# The answer does not wait for the mail.
tries=0
mail=$before
while [ "$mail" = "$before" ]; do
    tries=$((tries + 1))
    [ "$tries" -le 100 ] || { echo "no mail came to $MAIL_DIR" >&2; exit 1; }
    sleep 0.2
    mail=$(newest_mail)
done
id=$(parameter id)
token=$(parameter token)
echo "mail: $mail has a link for customer $id"

expect 'link check' true "$(call GET "/customers/$id/password/resetLinkToken/$token")"
expect 'reset' true "$(call POST /customers/resetPassword \
    "{\"email\":\"$EMAIL\",\"resetToken\":\"$token\",\"newPassword\":\"$NEW\"}")"

# A bearer token comes as a JSON text.
BEARER=$(call POST /integration/customer/token "{\"username\":\"$EMAIL\",\"password\":\"$NEW\"}" | tr -d '"')
expect 'my account' "{\"id\":$id,\"email\":\"$EMAIL\"}" "$(call GET '/customers/me?fields=id,email')"
expect 'change password' true "$(call PUT /customers/me/password \
    "{\"currentPassword\":\"$NEW\",\"newPassword\":\"$NEWER\"}")"
expect 'sign out' true "$(call POST /integration/customer/revoke-customer-token)"

status=$(curl -sS -o /dev/null -w '%{http_code}' "$BASE/rest/default/V1/customers/me" -H "Authorization: Bearer $BEARER")
expect 'my account, signed out' 401 "$status"
