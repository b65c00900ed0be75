"""Cues about the conversation itself: greetings, help, a person, leaving, off-topic messages."""

from __future__ import annotations

from bot.conversations.language.cues.cue import FAIR, STRONG, Cue, cue

_ELSEWHERE = (
    r"\b(?:futebol|times?|jogos?|campeonato|brasileirao|corinthians|flamengo|palmeiras|filmes?|serie|netflix"
    r"|musicas?|piadas?"
    r"|receita de|bolo|pizza|sushi|lanche|restaurante|presidente|eleicao|politica|bitcoin|dolar|euro|emprego"
    r"|vagas?|contrata\w*"
    r"|curriculo|emprestimo|empresta\w*|financia\w*|consorcio|namora\w*|casad[oa]|signos?|horoscopo|novela|chuva"
    r"|chover|clima"
    r"|previsao do tempo|capital d[aeo]|matematica|traduz\w*|ingles|imposto|passage(?:m|ns)|viage(?:m|ns)|hotel"
    r"|remedios?"
    r"|medic[oa]s?|dor de|escola|aluga\w*|aluguel|apartamento|praia|celular(?:es)?|iphone|notebook|geladeira"
    r"|televisao|uber"
    r"|mega sena|loteria|poema|historia|curiosidade|igreja|cachorro|gato|seguro de|seguro do|wifi|senha"
    r"|sentido da vida|lua"
    r"|quem (?:ganhou|descobriu|inventou|e o presidente)|que horas sao|conserta\w*|habilitacao|conta de luz"
    r"|conta de agua|revisao|mecanic[oa]|oficina|lavagem|lava jato|guincho|troca de oleo)\b"
)
_SERVICE = (
    r"\b(?:conserta\w*|lavagem|lava jato|guincho|troca de oleo|revisao|financia\w*|aluga\w*|seguro d[oe]|instala\w*)\b"
)

CUES: tuple[Cue, ...] = (
    cue(
        "talk_to_human",
        STRONG,
        r"^(?!.*\b(?:obrigado|grat\w+|valeu|agradec\w+|parabens)\b)"
        r".*\b(?:atendente|atendimento|humano|suporte|responsavel|gerente|dono)\b",
    ),
    cue(
        "talk_to_human",
        STRONG,
        r"\b(?:falar|conversar|chama\w*|passa\w*|transfer\w+|quero)\b.*\b(?:alguem|pessoa|gente|vendedor|humano)\b",
    ),
    cue(
        "talk_to_human",
        FAIR,
        r"\b(?:robo|ligar|liga|telefone|contato|maquina)\b|\b(?:chama|passa)\w* alguem\b"
        r"|\bcarne e os+o\b|\bpessoa de verdade\b",
    ),
    cue(
        "help_menu",
        STRONG,
        r"\b(?:menu|(?<!nessas )(?<!dessas )opcoes|comandos|help)\b"
        r"|(?<!pela )\bajuda\b|\bcomo (?:e que )?(?:isso )?funciona\b",
    ),
    cue(
        "help_menu",
        STRONG,
        r"\bo que (?:\w+ )?(?:voces?|da|posso|eu|digito|digitar)\b.*\b(?:fazer?|digit\w+)\b|\bservicos\b",
    ),
    cue("help_menu", STRONG, r"\bcomo (?:\w+ ){0,4}(?:uso|usar|compro|comprar|compra)\b|\bperdid[oa]\b"),
    cue(
        "greeting",
        STRONG,
        r"^(?:(?:oi\w*|ola|opa|e ai|eae|eai|salve|fala|alo|hey|bom dia|boa tarde|boa noite|tudo (?:bem|bom|certo)"
        r"|beleza"
        r"|como (?:vai|voces? (?:vai|vao|esta|estao))|com voces?|por ai|pessoal|gente|mano|ai|(?:tem )?alguem"
        r"|buenas|bao|firmeza|suave|de boa|joia|tranquilo|hello|oie+|bom|boa|dia|tarde|noite|tudo|na paz)\b\W*)+\??$",
    ),
    cue("thanks", STRONG, r"\b(?:obrigado|grat[oa]|valeu|agradec\w+|gratidao|tmj)\b|\bdeus (?:lhe|te|abencoe)\b"),
    cue("thanks", FAIR, r"\bchegou\b.*\b(?:certinh|direitinh|perfeit)[oa]\b.*\bobrigado\b"),
    cue("opt_out", STRONG, r"^(?:sair|parar|pare|stop|parem|unsubscribe|desinscrever|descadastrar|remover)(?: tudo)?$"),
    cue(
        "opt_out",
        STRONG,
        r"\b(?:nao|parar?|parem|pare|chega|cancela\w*|sem|bloque\w+|tira\w*|sair|remov\w+"
        r"|descadastr\w+)\b.*\b(?:mensage\w+|avisos?"
        r"|lembretes?|ofertas?|novidades|propaganda|promoc\w+|notific\w+)\b",
    ),
    cue(
        "opt_out",
        STRONG,
        r"\b(?:parar?|parem|pare|nao)\b(?: de)? (?:me )?(?:mandar|mande|mandem|envi\w+|escrev\w+) "
        r"(?:\w+ )?(?:isso|nada|mais|essas coisas)\b",
    ),
    cue(
        "cancel_flow",
        STRONG,
        r"^(?:cancela\w*|aborta\w*|voltar?|esquece\w*|deixa|encerra\w*|desisto)(?: (?:isso|tudo|pra la|quieto|la))*$",
    ),
    cue(
        "cancel_flow",
        STRONG,
        r"\b(?:comecar de novo|do zero|pro comeco|recomec\w+|reinici\w+|deixa (?:\w+ )?pra la|sair do cadastro"
        r"|esquece|desist\w+ de (?:cadastr\w+|anunci\w+|vender))\b|\bnao quero continuar\b",
    ),
    cue(
        "privacy_request",
        STRONG,
        r"\b(?:apag\w+|exclu\w+|copia)\b.*\b(?:dados|conta|cadastro)\b|\blgpd\b|\bmeus dados\b",
    ),
    cue("privacy_request", STRONG, r"\bdados\b.*\b(?:de mim|sobre mim|voces tem)\b"),
    cue("privacy_request", STRONG, r"\b(?:dados|informac\w+|sabem?|guardam?)\b.*\b(?:de mim|sobre mim|apag\w+)\b"),
    cue("privacy_request", STRONG, r"\b(?:apag\w+|exclu\w+) tudo\b"),
    cue("undo", STRONG, r"^desfaz\w*\b(?!.*\bcompra\b)|\bdesfaz\w*$"),
    cue(
        "done",
        STRONG,
        r"^(?:pronto|terminei|finaliza\w*|acabou|acabei|so (?:isso|essas|esses)|sao so essas)\W*|\bmandei tod[ao]s\b",
    ),
    cue(
        "opt_in",
        STRONG,
        r"^(?!.*\b(?:nao|nem)\b).*\b(?:voltar|volta|reativar|receber|ligar)\b.*\b(?:avisos?|lembretes?|mensagens)\b",
    ),
    cue("opt_in", STRONG, r"^(?!.*\b(?:nao|nem)\b).*\bvolt\w+ a (?:me )?(?:avis|mand|receb|envi)\w+"),
    # with a car, a part or an order, the workshop or the doctor is only mentioned
    cue("out_of_scope", STRONG, rf"^(?!.*_(?:part|vehicle|order|listing|cep|doc|tracking|street)_).*{_ELSEWHERE}"),
    cue("out_of_scope", FAIR, _SERVICE),
    cue(
        "out_of_scope",
        STRONG,
        r"\b(?:vend\w+|troc\w+|compr\w+) (?:[oa] )?(?:meu|minha|seu|um) (?:carro|moto|caminhao)\b",
    ),
    cue(
        "talk_to_human",
        STRONG,
        r"\bajuda de (?:uma |um |alguma )?(?:pessoa|alguem|gente|humano)\b"
        r"|\bnao (?:\w+ ){0,3}(?:fal|convers)\w+ (?:com|pra) (?:\w+ )?(?:robo|maquina|bot)\b"
        r"|\bme transfer\w+\b|\bme (?:bota|poe|coloca) na linha\b|\bnao (?:quero )?(?:robo|maquina|bot)\b",
    ),
    cue("opt_out", STRONG, r"\bexclu\w+ (?:o )?meu (?:contato|numero)\b"),
    cue(
        "deny",
        STRONG,
        r"^nao (?:\w+ ){0,2}nao$|^nada disso\b|^por enquanto nao$|^nao (?:foi|e|era) isso(?!.*\b(?:comprei|pedi)\b)",
    ),
    cue("out_of_scope", STRONG, r"\bquanto e (?:_num_|_qty_|\d+) (?:vezes|mais|menos|dividido)\b"),
    # "ainda tem a peça? tenho, a do 1042": an answer that names its sale
    cue("affirm", FAIR, r"^(?:sim )?tenho (?:[oa] )?(?:_num_|_order_)$"),
    cue("help_menu", STRONG, r"\bnao sei (?:mexer|usar|como)\b"),
    cue(
        "opt_out",
        STRONG,
        r"\b(?:cancela\w*|tira\w*|sair|remov\w+|exclui\w*|descadastr\w+|bloque\w+)\b"
        r".*\b(?:inscricao|lista|grupo|contato|cadastro de|numero)\b",
    ),
    cue(
        "opt_out",
        STRONG,
        r"^(?:eu )?(?:quero|vou|queria|desejo) (?:sair|me descadastrar)(?: (?:daqui|disso|dos avisos))?$",
    ),
    cue(
        "cancel_flow",
        STRONG,
        r"\bsair (?:d\w+ )?(?:cadastro|anuncio|compra|pedido|cotacao)\b|\bdeixa (?:pra (?:la|depois"
        r"|outra hora|outro dia)|quieto)\b",
    ),
    cue(
        "greeting",
        STRONG,
        r"^(?:opa|oi\w*|ola|e ai|eai|eae|dae|fala|salve|bom dia|boa tarde|boa noite)(?: \w+)?"
        r" (?:amig\w+|meu|irma\w+|querid\w+|tche|mano|parceir\w+|chefe|patrao|pessoal|turma|jovem|lind\w+"
        r"|vizinh\w+|consagrad\w+|campeao|mestre|guerreir\w+|galera|brother|truta|rei|bonit\w+"
        r"|flor|fera|galer\w+|compadre|comadre|tio|chegad\w+|menin\w+|doutor|professor|seu \w+"
        r"|dona \w+)"
        r"(?: (?:tudo (?:bem|bom|certo|joia)|como vai|firmeza|beleza|de boa|suave|na paz))?[ ?!]*$",
    ),
    cue(
        "cancel_flow",
        STRONG,
        r"\bnao (?:quero|vou) (?:mais )?(?:cadastrar|anunciar|continuar|fazer isso|seguir)\b"
        r"|\b(?:mudei de (?:ideia|opiniao|planos?)|parei|depois eu (?:vejo|faco|volto)|fica pra depois|deixa assim)\b"
        r"|\b(?:apaga|limpa) tudo\b.*\bcomec\w+|\bvolta\w* (?:uma|um|pro|pra|a) (?:tela|passo"
        r"|inicio|comeco|anterior|tras)\b",
    ),
    cue("help_menu", FAIR, r"\bcomo (?:que )?(?:usa|uso|funciona|faz|mexe)\b ?(?:isso|aqui|esse robo|o bot)?\??$"),
    cue(
        "privacy_request",
        STRONG,
        r"\b(?:informac\w+|dados)\b.*\b(?:guard\w+|salv\w+|armazen\w+|tem de mim|sobre mim)\b",
    ),
    cue(
        "talk_to_human",
        STRONG,
        r"\b(?:preciso|precisava|quero|queria|cade|tem) (?:de |falar com )?(?:um |o |algum "
        r"|uma )?(?:vendedor|pessoa|funcionari\w|alguem)\b|\breclamar com\b",
    ),
    cue(
        "undo",
        STRONG,
        r"^(?:ops|opa|epa|errei|calma|pera|nao) (?:\w+ )?desfaz\w*|\bdesfaz\w* (?:o |a )?"
        r"(?:ultim\w|anterior|isso|essa|esse)\b",
    ),
    cue(
        "cancel_flow",
        STRONG,
        r"\b(?:vamos|volta\w*|comeca\w*|tudo|bora) (?:de novo )?(?:do|desde o|pelo) (?:inicio"
        r"|comeco)\b|\bdeixa (?:isso |esse |essa )?(?:quieto|pra depois|pra outra hora|pra la)\b"
        r"|\boutra hora\b",
    ),
    cue(
        "help_menu",
        STRONG,
        r"\bvoces? faz\w* o que\b"
        r"|\bo que (?:que )?(?:e que )?(?:tu|voces?|o senhor) faz\w*\b|\bque que (?:tu|voces?) faz\w*\b"
        r"|\b(?:posso|da pra) pedir(?: por aqui)?\b(?!.* (?:nota|d[oae]|um|uma)\b)",
    ),
    cue(
        "talk_to_human",
        STRONG,
        r"\b(?:falar|conversar) com (?:o |a )?(?:quem|chefe|encarregad\w|dono|dona|moca|rapaz"
        r"|pessoal)\b|\bme telefon\w+\b|\btelefon(?:ar|em|a)\b",
    ),
)
