"""Scripts that complete the names of methods in a shell."""

from __future__ import annotations

_NAMES = """python manage.py rpc --json 2>/dev/null | sed -n 's/^ *"name": "\\(.*\\)",$/\\1/p'"""

SCRIPTS = {
    "bash": f"""\
# In ~/.bashrc: eval "$(python manage.py rpc --completion bash)"
_adjax_rpc() {{
  local word="${{COMP_WORDS[COMP_CWORD]}}"
  [[ " ${{COMP_WORDS[*]}} " == *" rpc "* ]] || return
  COMPREPLY=($(compgen -W "$({_NAMES})" -- "$word"))
}}
complete -o default -F _adjax_rpc manage.py ./manage.py python python3
""",
    "zsh": f"""\
# In ~/.zshrc: eval "$(python manage.py rpc --completion zsh)"
_adjax_rpc() {{
  if (( ${{words[(Ie)rpc]}} )); then compadd -- $({_NAMES}); else _files; fi
}}
compdef _adjax_rpc manage.py ./manage.py python python3
""",
}
"""The script for each shell."""
