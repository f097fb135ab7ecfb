"""Print the list of common passwords in pulsar/users/common_passwords.txt.

    python scripts/make_password_list.py > pulsar/users/common_passwords.txt

Published lists contain almost no passwords that satisfy the site's rule (12 characters, a letter, a
digit and a special character). People who must satisfy it append digits and a symbol to a word, or
use keyboard patterns. So the list combines the first words of all published lists with these
habits. Entries are in lower case, because passwords are compared regardless of case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

WORDS = """
password passwort passw0rd p@ssword p@ssw0rd pa$$word pa$$w0rd welcome welcome2 letmein changeme
changeit iloveyou trustno1 whatever sunshine princess superman batman spiderman dragon master monkey
shadow football baseball basketball hockey soccer liverpool chelsea arsenal barcelona manchester
michael jennifer jessica charlie thomas daniel matthew jordan harley ranger hunter buster pepper
ginger cookie cheese banana orange butterfly chocolate starwars pokemon naruto minecraft computer
internet samsung google facebook linkedin microsoft windows admin administrator superuser secret
secure security default guest system server service support company office login access qwerty
qwertz azerty qwertyuiop asdfgh asdfghjkl zxcvbn zxcvbnm abcdef abcdefg abcdefgh abc123 qwe123
qweasd qweasdzxc 1q2w3e4r 1qaz2wsx spring summer autumn winter january february march april august
september october november december america england london berlin torrent torrents tracker
freeleech download upload seeder bittorrent pulsar private freedom forever killer hello helloworld
"""

NUMBERS = """
1 12 123 007 1234 12345 123456 1234567 123456789 2023 2024 2025 2026 2027
"""

#: Keyboard patterns and phrases, which are not composed of a word and a number.
WALKS = """
1qaz!qaz2wsx 1qaz2wsx!qaz 1qaz2wsx!qaz@wsx 1qaz@wsx3edc 1qaz2wsx#edc 1qazxsw2!qaz !qaz1qaz2wsx
!qaz2wsx#edc 1q2w3e4r5t6y! 1q2w3e4r5t!q 1q2w3e4r!q@w 1q2w3e4r!q@w#e$r q1w2e3r4t5y6! zaq12wsx!qaz
zaq1@wsxcde3 zaq!2wsxcde3 123qwe!@#qwe qwe123!@#qwe qwe!@#123qwe qweasd123!@# asdqwe123!@#
qwertyuiop1! qwertyuiop[]1 qwerty123!@# qwerty!@#123 !@#qwerty123 123456qwerty! 1234qwer!@#$
!@#$1234qwer qwer1234!@#$ asdf1234!@#$ zxcv1234!@#$ abcd1234!@#$ abcd!@#$1234 !@#$%12345abc
abc123!@#abc a1b2c3d4e5f6! a1b2c3d4!@#$ aa123456!@#$ aaaaaaaaaa1! 1111111111a! a123456789!@
a!123456789 p@ssw0rd1234! p@55w0rd1234 p@55word1234 pa55w0rd!234 my$ecret1234
lets.go.2024 god.is.good1 i.love.you.1 iloveyou<3<3 i<3you123456
correcthorsebatterystaple1! correct-horse-battery-staple1
"""


def acceptable(password: str) -> bool:
    """Return whether the site's rule accepts the password, so that the list must contain it."""
    return (
        12 <= len(password) <= 24
        and re.search(r"[a-z]", password) is not None
        and re.search(r"[0-9]", password) is not None
        and re.search(r"[^a-z0-9\s]", password) is not None
    )


def composed() -> Iterator[str]:
    """Yield common variations of each word."""
    for word in WORDS.split():
        for number in NUMBERS.split():
            for symbol in ("!", "#", ".", "!!"):
                yield f"{word}{number}{symbol}"
            for symbol in ("!", "@", "#"):
                yield f"{word}{symbol}{number}"


def main() -> None:
    """Print the sorted list."""
    found = {password.lower() for password in (*composed(), *WALKS.split())}
    print(*sorted(filter(acceptable, found)), sep="\n")


if __name__ == "__main__":
    main()
