"""The scripts that make shells ask this program for completions.

The program is ``jupyter sregistry-globus`` as well as ``jupyter-sregistry-globus``, and Bash splits
words at colons, and references and places on endpoints have many of them. So these scripts are our
own, and so is what they exchange with the program: a line for each word, both ways.
"""

from __future__ import annotations

COMPLETION_VARIABLE = "SREGISTRY_GLOBUS_COMPLETE"
WORDS_VARIABLE = "SREGISTRY_GLOBUS_WORDS"

_ASK = f"{COMPLETION_VARIABLE}=lines_complete jupyter-sregistry-globus 2>/dev/null"

_BASH = f"""\
_sregistry_globus() {{
    local words word value cut=""
    read -a words <<< "${{COMP_LINE:0:COMP_POINT}}"
    [[ "${{COMP_LINE:0:COMP_POINT}}" == *[[:space:]] ]] && words+=("")
    [[ "${{words[0]##*/}}" == jupyter ]] && words=("${{words[@]:1}}")
    word="${{words[-1]}}"
    # Bash replaces only what follows the last colon.
    [[ "$COMP_WORDBREAKS" == *:* && "$word" == *:* ]] && cut="${{word%:*}}:"
    COMPREPLY=()
    local IFS=$'\\n'
    local asked="${{words[*]}}"$'\\n'
    while IFS=$'\\t' read -r value _; do
        [[ "$value" == *[/:] ]] && compopt -o nospace
        value="$(printf %q "${{value#"$cut"}}")"
        COMPREPLY+=("${{value//\\\\~/\\~}}")
    done < <({WORDS_VARIABLE}="$asked" {_ASK})
}}
_sregistry_globus_jupyter() {{
    if [[ "${{COMP_WORDS[1]}}" == sregistry-globus ]] && (( COMP_CWORD > 1 )); then
        _sregistry_globus
    elif declare -F _jupyter > /dev/null; then
        _jupyter "$@"
    fi
}}
complete -o nosort -F _sregistry_globus jupyter-sregistry-globus
complete -o default -F _sregistry_globus_jupyter jupyter
"""

_ZSH = f"""\
_sregistry_globus() {{
    local -a asked values shown
    local value meaning
    asked=("${{(@Q)words[1,CURRENT]}}")
    [[ "${{asked[1]:t}}" == jupyter ]] && shift asked
    while IFS=$'\\t' read -r value meaning; do
        values+=("$value")
        shown+=("$value${{meaning:+  $meaning}}")
    done < <({WORDS_VARIABLE}="${{(F)asked}}"$'\\n' {_ASK})
    compadd -V sregistry-globus -S '' -l -d shown -- "${{(@)values}}"
}}
_sregistry_globus_jupyter() {{
    if (( CURRENT > 2 )) && [[ "$words[2]" == sregistry-globus ]]; then
        _sregistry_globus
    else
        ${{_sregistry_globus_before:-_default}}
    fi
}}
(( $+functions[compdef] )) || {{ autoload -Uz compinit; compinit }}
[[ "$_comps[jupyter]" == _sregistry_globus_jupyter ]] ||
    typeset -g _sregistry_globus_before="$_comps[jupyter]"
compdef _sregistry_globus jupyter-sregistry-globus
compdef _sregistry_globus_jupyter jupyter
"""

_FISH = f"""\
function __sregistry_globus_complete
    set -l words (commandline -opc) (commandline -ct)
    test (path basename -- $words[1]) = jupyter; and set -e words[1]
    env {WORDS_VARIABLE}=(string join \\n -- $words | string collect -N) \\
        {COMPLETION_VARIABLE}=lines_complete jupyter-sregistry-globus 2>/dev/null
end
complete -c jupyter-sregistry-globus -f -a '(__sregistry_globus_complete)'
complete -c jupyter -n '__fish_seen_subcommand_from sregistry-globus' -f \\
    -a '(__sregistry_globus_complete)'
"""

SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}
