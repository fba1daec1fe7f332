# Lo que se lee en pantalla, en español. Mismas claves que en.ftl.

## Frame
nav-skip = Saltar al contenido
nav-home = Inicio
nav-groups = Grupos
nav-search = Buscar
nav-alerts = Alertas
nav-actions = Acciones
nav-taxonomy = Taxonomía
nav-quick = Buscar en las quejas
nav-language = Idioma
nav-main = Secciones

## First steps
start-title = Aún no hay quejas
start-lead = Raiz agrupa las quejas que se repiten y avisa cuando una crece. Para empezar, carga un archivo o prueba con datos de muestra.
start-own = Con un archivo propio
start-own-how = Una fila por queja, con el texto y la fecha: CSV, Excel o JSON por líneas. Se ejecuta en la máquina donde corre raiz.
start-demo = Con datos de muestra
start-demo-how = Quejas inventadas de un año, con algún problema escondido que raiz debería encontrar.
start-after = Al terminar, esta página muestra los grupos y las alertas. No hace falta reiniciar nada.

## Home
home-headline = { $alerts ->
    [0] Sin alertas por resolver
    [one] 1 alerta por resolver
   *[other] {$alerts} alertas por resolver
 }, { $fresh ->
    [0] ningún grupo nuevo
    [one] 1 grupo nuevo
   *[other] {$fresh} grupos nuevos
 } y { $growing ->
    [0] ninguno en aumento
    [one] 1 en aumento
   *[other] {$growing} en aumento
 }
home-pending = { $count ->
    [one] Queda 1 queja por analizar.
   *[other] Quedan {$count} quejas por analizar.
 }
home-week = Entraron { $count } quejas en la semana del { $week }.
home-week-change = Entraron { $count } quejas en la semana del { $week }, { $change } frente a la media de las ocho anteriores ({ $mean }).
home-week-same = Entraron { $count } quejas en la semana del { $week }, como en la media de las ocho anteriores ({ $mean }).
home-no-week = Todavía no hay ninguna semana completa.
home-chart = Quejas por semana
home-chart-finding = Quejas por semana, solo semanas completas
home-alerts = Alertas por resolver
home-alerts-none = Sin alertas pendientes. Cada lunes se revisa la semana anterior.
home-new = Grupos nuevos
home-new-none = Ningún grupo nuevo por mirar.
home-growing = En aumento
home-growing-none = Ningún grupo crece más de lo que varía de un mes a otro.
home-unowned = Sin responsable
home-unowned-none = Todos los grupos abiertos tienen responsable.
home-actions = Acciones en curso
home-actions-none = Ninguna acción en curso.
line-before = antes { $before }
home-four-weeks = en 4 semanas

## Groups
groups-lead = { $count ->
    [one] 1 grupo abierto;
   *[other] {$count} grupos abiertos;
 } { $shown ->
    [one] uno pide atención esta semana.
   *[other] {$shown} piden atención esta semana, los más urgentes primero.
 }
groups-lead-none = Un grupo reúne las quejas que cuentan el mismo fallo.
groups-lead-some = { $shown } de { $count } grupos cumplen los filtros.
groups-none = Aún no hay grupos
groups-none-how = Los grupos se forman solos cuando hay unas cien quejas analizadas. Se pueden cargar con «raiz import ARCHIVO».
groups-no-match = Ningún grupo cumple los filtros
groups-no-match-how = Quita algún filtro o busca con menos palabras.
groups-words = Buscar grupos
groups-words-how = Palabras del título y filtros: is:nuevo, area:cards, tipo:undue_charge, owner:nadie, prioridad:alta, orden:recientes. Comillas si hay espacios.
groups-unknown = No se entiende y no cuenta: { $tokens }
groups-of-texts = { $count ->
    [one] un texto distinto
   *[other] { $count } textos distintos
}
groups-of-customers = { $count ->
    [one] un cliente
   *[other] { $count } clientes
}
groups-folded = { $count ->
    [one] Y un grupo pequeño o tranquilo
   *[other] Y { $count } grupos pequeños o tranquilos
}
groups-views = Vistas
groups-select = Elegir «{ $title }»
groups-bulk = Con los elegidos
groups-bulk-hint = Teclas: j y k bajan y suben, x elige, Intro abre, e resuelve los elegidos, a asigna.
bulk-resolve = Dar por resueltos
bulk-archive = Archivar hasta que empeoren
bulk-reopen = Volver a abrir
bulk-owner = Responsable
bulk-assign = Asignar
bulk-rank = Poner prioridad
groups-owners = Responsables por regla
groups-map = Mapa
view-week = Esta semana
view-new = Nuevos
view-growing = En aumento o de vuelta
view-unowned = Sin responsable
view-aside = Archivados y resueltos
view-all = Todos por quejas
view-keep = Guardar esta búsqueda como
view-keep-do = Guardar vista
view-drop = Quitar la vista «{ $name }»
groups-state = Estado
groups-owner = Responsable
groups-no-owner = sin responsable
groups-group = Grupo
groups-weeks = 26 semanas
groups-complaints = Quejas
groups-recent = Últimas 4 sem.
groups-seen = Primera y última
groups-first = Primera queja
groups-last = Última queja
filter-apply = Aplicar
filter-clear = Quitar filtros

## Group
group-sentence-none = Ninguna queja pertenece hoy a este grupo.
group-sentence = { $total } quejas desde el { $first }; { $recent } en las últimas cuatro semanas y { $before } en las cuatro anteriores.
group-examples = Ejemplos
group-examples-hint = Las quejas más representativas del grupo, sin datos personales.
group-examples-none = Todavía no hay textos que mostrar.
group-all = Ver las { $count } quejas
group-who = Quiénes
group-who-hint = Parte de las quejas del grupo con cada valor, y del resto de las quejas. Se marca lo que pesa mucho más aquí.
group-inside = aquí
group-outside = resto
group-over = ×{ $times }
group-facts = Datos
group-mixed = mezclada
group-terms = Palabras propias
group-actions-none = Ninguna acción enlazada.
group-action-title = Qué se va a hacer
group-edit = Editar grupo
group-name = Nombre

## Charts
chart-key-count = quejas por semana
chart-key-expected = lo esperado
chart-key-alarm = alerta
chart-tip = { $week }: { $count }
chart-tip-expected = { $week }: { $count } (esperadas { $expected })
chart-table = Ver tabla
chart-week = Semana
chart-count = Quejas
chart-expected = Esperadas
chart-alarm = Alerta
chart-none = Aún no hay ninguna semana completa que dibujar.
chart-finding = { $title }: { $count } en la semana del { $week }
chart-finding-expected = { $title }: { $count } en la semana del { $week }, esperadas { $expected }
mark-action = Acción implantada: { $title }
spark-title = Últimas { $weeks } semanas: la última { $last }, como mucho { $most }

## Search
search-title = Buscar quejas
search-lead-all = { $total } quejas guardadas.
search-lead = { $matching } de { $total } quejas cumplen la búsqueda.
search-lead-problem = No se ha podido buscar; lo escrito sigue abajo.
search-words = Palabras
search-problem = Qué cambiar
search-tips = Trucos de búsqueda
search-tip-all = las dos palabras, en cualquier orden
search-tip-phrase = la frase exacta
search-tip-not = con la primera y sin la segunda
search-tip-or = cualquiera de las dos
search-tip-prefix = palabras que empiezan así
search-active = Filtros activos
search-remove = Quitar el filtro { $filter }
search-clear = Borrar filtros
search-none = Ninguna queja cumple todo a la vez
search-none-how = Quita un filtro, amplía las fechas o escribe menos palabras.
search-empty = Aún no hay quejas que buscar
search-empty-how = Carga un archivo con «raiz import ARCHIVO» o prueba con «raiz demo».
search-shown = Mostrando { $rows } de { $matching }
search-sort = Orden
search-size = Por página
search-pages = Páginas
search-first = Al principio
search-next = Siguientes
search-filters = Filtrar por…
search-date = Fecha de recepción
search-from = Desde
search-to = Hasta
search-other = Otros valores: { $count }
search-pill-words = Palabras: { $words }
search-pill-from = Desde el { $day }
search-pill-to = Hasta el { $day }
sort-relevance = Relevancia
sort-newest = Más recientes
sort-oldest = Más antiguas
period-3m = 3 meses
period-6m = 6 meses
period-1y = 1 año
period-all = Todo
query-unclosed_quote = La comilla del carácter { $at } no se cierra: pon la que falta o quítala.
query-no_word = En el carácter { $at } falta una palabra: escribe alguna con letras o números, o quita el signo.
query-nothing_to_find = No hay ninguna letra ni número que buscar: escribe una palabra, o nada para verlas todas.
query-dangling_or = El OR del carácter { $at } necesita una palabra a cada lado: escríbela o quita el OR.
query-prefix_too_short = El comienzo del carácter { $at } es muy corto: escribe más letras antes del asterisco.
query-prefix_too_broad = Demasiadas palabras empiezan como la del carácter { $at }: escribe más letras antes del asterisco.
query-phrase_too_long = La frase del carácter { $at } es demasiado larga: acórtala.
query-too_many_words = Hay demasiadas palabras a partir del carácter { $at }: deja las que dicen algo.
query-words_too_long = El texto buscado es demasiado largo: deja las palabras que dicen algo.
query-too_many_values = Un filtro tiene demasiados valores: quita algunos.
query-days_crossed = La fecha «desde» es posterior a la fecha «hasta»: intercámbialas.
query-foreign_cursor = Esta página pertenece a otra búsqueda: vuelve al principio de la lista.
query-page_too_large = Se piden demasiadas quejas por página: pide 100 como mucho.
query-facet_too_large = Se piden demasiados valores de un filtro: pide menos.
param-unknown_parameter = La dirección lleva un filtro que no existe, «{ $name }»: quítalo o corrige su nombre.
param-repeated_parameter = «{ $name }» viene dos veces en la dirección: deja una.
param-bad_day = La fecha de «{ $name }» no se entiende: escríbela como 2026-11-12.
param-bad_number = El número de «{ $name }» está fuera de lo posible: prueba con 25.
param-bad_sort = El orden «{ $name }» no existe: elige uno de la lista.
param-bad_facet = «{ $name }» nombra un campo que no existe: quítalo de la dirección.
param-bad_cursor = El valor de «{ $name }» no es de esta búsqueda: vuelve al principio de la lista.
param-too_many_parameters = La dirección lleva demasiados filtros: quita los que sobren.

## Fields and values
axis-kind = Tipo
axis-product_area = Área
axis-failure_type = Fallo
field-kind = Tipo
field-product_area = Área
field-failure_type = Fallo
field-cluster = Grupo
field-language = Idioma
field-source = Origen
field-product = Producto
field-sub_product = Subproducto
field-issue = Motivo
field-sub_issue = Submotivo
field-company = Empresa
field-region = Región
field-channel = Canal
field-customer = Cliente
field-has_text = Con texto
field-unsure = Clasificación dudosa
field-external_id = Referencia
value-none = sin dato
value-yes = sí
value-no = no
language-es = español
language-en = inglés
language-pt = portugués
language-fr = francés
language-de = alemán
language-it = italiano
language-ca = catalán
language-xx = otro idioma
language-und = no se sabe
node-all = Todas las quejas

## Complaint
complaint-redactions = { $count ->
    [one] Se ha ocultado 1 dato personal.
   *[other] Se han ocultado {$count} datos personales.
 }
complaint-title = Queja del { $day }
complaint-title-about = Queja del { $day } · { $about }
complaint-in-group = Pertenece al grupo «{ $group }».
complaint-alone = No se parece lo bastante a otras como para estar en un grupo.
complaint-text = Texto
complaint-no-text = Esta queja vino sin texto, solo con datos.
complaint-waiting = Está en cola: el texto se muestra cuando se hayan ocultado los datos personales.
complaint-labels = Clasificación
complaint-labels-none = Sin clasificar: aún no hay un modelo entrenado.
complaint-question = Pregunta
complaint-answer = Respuesta
complaint-sure = Seguridad
complaint-by = Quién
complaint-group = Grupo
complaint-no-group = En ninguno.
complaint-close = Caso claro del grupo: parecido { $figure }.
complaint-far = Al borde del grupo: parecido { $figure }.
complaint-facts = Datos
complaint-received = Recibida
sure-very = muy probable
sure-likely = probable
sure-rather = posible
sure-unclear = no está claro
sure-person = decidido
origin-machine = modelo
origin-person = una persona

## De qué se queja
claims-title = { $count ->
    [one] Habla de un asunto
   *[other] Habla de { $count } asuntos
}
claims-main = asunto principal
claims-other = otro asunto, probable al { $figure }

## Por qué tiene sus etiquetas
why-title = Por qué
why-how = Las palabras del texto que hablan a favor de cada respuesta y lo que pesan: cuánto bajarían sus probabilidades (en logaritmo) sin ellas.
why-no-words = Ninguna palabra del texto habla a favor de esta respuesta.
why-possible = No se puede descartar: { $answers }
why-unknown = el modelo no la conoce
why-model = Modelo { $model }
why-other-model = La dio el modelo { $other }; la explica el modelo en uso, { $model }
why-nearest = Textos ya clasificados que más se parecen
why-nearest-none = Ninguno se parece: no hay palabras en común.
why-by-people = decidido por personas
why-by-corpus = texto de ejemplo { $name }
why-alike = parecido { $figure }
why-read = leer la queja
why-taxonomy = Versión de la taxonomía: { $version }

## Alerts
alerts-headline = { $count ->
    [0] Sin alertas por resolver
    [one] 1 alerta por resolver
   *[other] {$count} alertas por resolver
 }
alert-sentence-within = { $weeks ->
    [one] {$observed} en una semana del periodo {$period}; se esperaban {$expected} y hasta {$upper} sería normal.
   *[other] {$observed} en {$weeks} semanas del periodo {$period}; se esperaban {$expected} y hasta {$upper} sería normal.
 }
alerts-lead = Cada lunes se compara la semana anterior con lo que cabía esperar. Lo que se sale queda aquí hasta que alguien lo juzga.
alerts-which = Qué alertas
alerts-open = Por resolver
alerts-all = Todas
alerts-none = Sin alertas por resolver
alerts-none-how = Ninguna semana reciente se salió de lo esperado, o ya está todo juzgado.
alert-sentence = { $observed } en la semana del { $period }; se esperaban { $expected } y hasta { $upper } sería normal.
alert-sentence-weeks = { $observed } en las semanas del { $period }; se esperaban { $expected } y hasta { $upper } sería normal.
alert-examples = Ver las quejas de esas fechas
alert-review = Revisar
alert-review-this = Revisar la alerta: { $subject }
alert-why = Por qué se avisa
alert-group = Ver el grupo
alert-judge = Qué se hace con ella
alert-note = Nota (opcional)
alert-closed = Cerrada: no queda nada por decidir.
alert-method = Datos
alert-period = Periodo
alert-raised = Emitida
alert-detector = Método
alert-reason-times = Entraron { $observed } quejas, { $times } veces lo esperado.
alert-reason-limit = Hasta { $upper } no habría llamado la atención.
alert-rarity = Si nada hubiera cambiado, tantas quejas se darían por azar una vez de cada { $times }.
alert-rarity-least = Si nada hubiera cambiado, tantas quejas se darían por azar menos de una vez en un millón.
alert-reason-week = El salto se ve en una sola semana.
alert-reason-window = El aumento se ve sumando { $weeks } semanas seguidas.
alert-reason-slow = Ninguna semana destaca por sí sola: el nivel subió y lleva { $weeks } semanas por encima de lo que había antes de ellas.
alert-reason-past = Se compara con su propio pasado: { $weeks } semanas.
alert-reason-peers = Tiene poca historia ({ $weeks } semanas), así que se apoya en las series parecidas.
alert-also = También se nota en
alert-also-line = { $name }: { $observed }, se esperaban { $expected }
alert-precursors = Qué avisa antes
alert-precursor-lead = «{ $ahead }» va { $weeks ->
    [one] una semana
   *[other] { $weeks } semanas
 } por delante de «{ $behind }» (entre { $low } y { $high }).
alert-precursors-few = Hay pocas semanas o pocos casos para decir si las peticiones o las quejas avisan de los reclamos.
alert-precursors-unclear = No se puede decir que las peticiones o las quejas avisen de los reclamos: lo que se ve puede ser casualidad, o llegan a la vez.
alert-ahead = Próximas semanas
alert-ahead-week = { $expected }, casi siempre entre { $low } y { $high }
alert-ahead-chance = Se espera de cada semana, si todo sigue como hasta ahora; el intervalo acierta cuatro de cada cinco veces. Probabilidad de pasar de { $limit }, lo más alto del último año: { $chance } como mucho en una de ellas.
alert-came = Qué llegó en esas fechas
alert-came-none = Ninguna queja de esas fechas tiene texto que mostrar.
alert-who = Qué tienen de particular
alert-who-hint = Las quejas de esas fechas comparadas con las del año anterior de la misma serie.
alert-inside = Ahora
alert-before = Antes
alert-past = Alertas parecidas y qué se hizo
alert-past-none = Es la primera alerta de esta serie y de su tipo.
alert-past-done = Se hizo:
alert-past-nothing = No consta ninguna acción.
alert-by = Quién (opcional)
alert-silence = Silencio
alert-silence-none = Esta serie avisa cuando se sale de lo esperado.
alert-silence-worse = Callada desde el { $since } hasta que empeore: hasta que el exceso por semana pase de { $excess } quejas.
alert-silence-day = Callada hasta el { $day } inclusive.
alert-silence-held = { $held ->
    [0] No se ha callado ningún aviso.
    [one] Se ha callado un aviso.
   *[other] Se han callado { $held } avisos.
 }
alert-mute-why = Por qué se calla (opcional)
alert-mute-worse = Callar hasta que empeore
alert-mute-day = Hasta este día
alert-mute-until = Callar hasta ese día
alert-unmute = Volver a avisar
alert-mute-past = El día tiene que estar por venir.
alert-history = Qué ha pasado
signal-event-raised = Emitida
signal-event-moved = Pasa a { $state }
signal-event-muted-worse = Callada hasta que empeore
signal-event-muted-day = Callada hasta el { $day }
signal-event-unmuted = Vuelve a avisar
signal-event-worsened = Ha empeorado: vuelve a avisar
signal-event-by = { $what }, por { $author }
alerts-notices = Recibir las alertas por correo, webhook o feed
alerts-replay = Repasar semanas pasadas
budget-title = Presupuesto de falsas alarmas
budget-set = Entre las { $series } series se admiten como mucho { $budget } falsas alarmas por semana.
budget-unset = Sin presupuesto de falsas alarmas: con el umbral fijo se esperan unas { $expected } por semana entre { $series } series.
budget-used = En las últimas { $weeks } semanas salieron { $raised } alertas por semana; { $judged ->
    [0] nadie ha juzgado ninguna todavía.
    [one] de 1 juzgada, { $refuted } era falsa.
   *[other] de { $judged } juzgadas, { $refuted } eran falsas.
 }
budget-threshold = Umbral
budget-expected = Falsas alarmas por semana esperadas
budget-source = De dónde sale
budget-source-nominal = series simuladas
budget-source-own_history = la propia historia, con las semanas barajadas
budget-calibrated = Aprendido hasta
budget-judged = Falsas por semana según lo juzgado
budget-cannot-tell = no se puede saber: nadie ha juzgado
budget-how = Se cambia en la configuración:
replay-title = Repaso de semanas pasadas
replay-headline = { $count ->
    [0] En { $weeks } semanas no habría habido ninguna alerta
    [one] En { $weeks } semanas habría habido 1 alerta
   *[other] En { $weeks } semanas habría habido { $count } alertas
 }
replay-none = Todavía no hay ninguna semana completa
replay-lead = Cada semana se juzga otra vez con la regla de hoy, como si fuera la última. No se guarda nada.
replay-quiet = Nada que avisar
replay-quiet-how = Ninguna de estas semanas se salió de lo esperado. Prueba con otras fechas.
replay-unreadable = Alguna fecha no se entiende; se muestran las semanas de costumbre.
replay-shortened = Son demasiadas series para tantas semanas de una vez: se repasan las últimas { $weeks }. Para todas: raiz watch replay.
replay-series = Serie
replay-when = Semanas
replay-observed = Entraron
replay-expected = Se esperaban
replay-alert = Alerta
replay-raised = ver
replay-not-raised = no se emitió
replay-weeks = Qué semanas
replay-from = Desde
replay-to = Hasta
replay-again = Repasar
feed-title = Alertas de raiz
letter-subject = Alerta: { $subject }
letter-subject-many = { $count } alertas: { $subject } y más
letter-mention-subject = { $person } le menciona: { $title }
letter-mention = { $person } le menciona en un comentario sobre «{ $title }».
letter-somebody = Alguien
letter-test-subject = Prueba de raiz
letter-test = Este mensaje solo comprueba que los avisos llegan. No ha pasado nada.
letter-foot = Este aviso lo manda raiz. Quién los recibe, y cómo dejar de recibirlos:
notices-title = Avisos
notices-lead = { $count ->
    [0] Nadie recibe las alertas todavía; están en esta página y en el feed.
    [one] Una suscripción recibe las alertas.
   *[other] { $count } suscripciones reciben las alertas.
 }
notices-who = Quién las recibe
notices-none = Nadie. Con el formulario se da de alta una dirección de correo o un webhook.
notices-feed = Para lectores de feeds (Atom):
notices-messages = Últimos envíos
notices-messages-none = Todavía no se ha enviado nada.
notices-new = Nueva suscripción
notices-scope = Qué alertas
notices-owner = Responsable (si se eligen sus grupos)
notices-address = Correo
notices-url = O webhook: una dirección web a la que se envía
notices-secret = Clave de la firma del webhook: de 16 a 200 caracteres, no se vuelve a mostrar
notices-rhythm = Cuándo
notices-quiet-from = Silencio desde las
notices-quiet-until = Hasta las
notices-subscribe = Dar de alta
notices-one-way = Hace falta un correo o un webhook, uno de los dos.
notices-test = Probar
notices-test-this = Enviar una prueba a { $address }
notices-end = Dar de baja
notices-end-this = Dar de baja { $address }
notices-quiet-told = en silencio de { $from } a { $until } h
notices-per-hour = como mucho { $count } por hora
rhythm-at_once = En cuanto se emite
rhythm-daily = Resumen diario, a las 8
rhythm-weekly = Resumen semanal, los lunes a las 8
scope-everything = Todas las alertas
scope-owner = Grupos y menciones de un responsable
scope-of-owner = Grupos y menciones de { $name }
scope-area = Área: { $name }
scope-group = Grupo: { $name }
message-test = Prueba
message-told = { $count ->
    [one] 1 aviso
   *[other] { $count } avisos
 }
message-sent = enviado
message-waiting = { $attempts ->
    [0] por enviar
    [one] no llegó al primer intento; se volverá a intentar
   *[other] no llegó en { $attempts } intentos; se volverá a intentar
 }
message-given-up = { $attempts ->
    [one] no se pudo entregar; no se intentará más
   *[other] no se pudo entregar en { $attempts } intentos; no se intentará más
 }
signal-state-raised = emitida
signal-state-under_review = en revisión
signal-state-confirmed = confirmada
signal-state-refuted = descartada
signal-state-closed = cerrada
signal-verb-under_review = Empezar a revisarla
signal-verb-confirmed = Confirmar: es real
signal-verb-refuted = Descartar: falsa alarma
signal-verb-closed = Cerrar

## Actions
actions-headline = { $open ->
    [0] Ninguna acción abierta
    [one] 1 acción abierta
   *[other] {$open} acciones abiertas
 }{ $overdue ->
    [0] {""}
    [one] , 1 vencida
   *[other] , {$overdue} vencidas
 }
actions-lead = De la idea al efecto comprobado. Una acción termina cuando se ve en las quejas que vinieron después.
actions-none = Aún no hay acciones
actions-none-how = Una acción nace de un grupo: ábrelo y escribe qué se va a hacer.
actions-see-groups = Ver los grupos
actions-all = Todas
actions-column-empty = Ninguna
board-planned = Por empezar
board-in-progress = En marcha
board-implemented = Implantadas
board-in-verification = En verificación
board-finished = Terminadas
action-create = Crear acción
action-new = Nueva acción
action-new-lead = Basta el título; lo demás se puede completar después.
action-title = Título
action-description = Por qué y cómo
action-owner = Responsable
action-due = Fecha límite
action-due-on = para el { $day }
action-was-due = vencía el { $day }
action-overdue = vencida
action-group = Grupo al que responde
action-group-none = Ninguno por ahora
action-next = Siguiente paso
action-groups = Grupos enlazados
action-groups-none = Ninguno: sin grupo no se puede medir el efecto.
action-link = Enlazar
action-link-which = Enlazar otro grupo
action-unlink = Quitar
action-unlink-this = Quitar el enlace con { $group }
action-history = Historia
action-state-draft = borrador
action-state-planned = planificada
action-state-in_progress = en marcha
action-state-implemented = implantada
action-state-in_verification = en verificación
action-state-effective = eficaz
action-state-partly = eficaz en parte
action-state-ineffective = ineficaz
action-state-faded = desvanecida
action-state-cancelled = anulada
action-standing-draft = Es un borrador:
action-standing-planned = Está planificada:
action-standing-in_progress = Está en marcha:
action-standing-implemented = Está implantada:
action-standing-in_verification = Se comprueba su efecto:
action-standing-effective = Funcionó:
action-standing-partly = Funcionó en parte:
action-standing-ineffective = No funcionó:
action-standing-faded = Funcionó y su efecto se perdió:
action-standing-cancelled = Se anuló:
action-verb-draft = Volver a borrador
action-verb-planned = Planificar
action-verb-in_progress = Poner en marcha
action-verb-implemented = Dar por implantada
action-verb-in_verification = Comprobar su efecto
action-verb-effective = Fue eficaz
action-verb-partly = Fue eficaz en parte
action-verb-ineffective = No fue eficaz
action-verb-faded = El efecto se perdió
action-verb-cancelled = Anular
event-created = Creada
event-edited = Texto cambiado
event-moved = Nuevo estado: { $state }
event-linked = Enlazada con { $group }
event-unlinked = Sin enlace ya con { $group }
# Linaje y cambios de un grupo.
group-merged = Este grupo se unió a
group-retired = Este grupo se retiró: no era un fallo. Sus quejas no pertenecen a ninguno.
lineage-title = Linaje
lineage-lead = { $count ->
    [0] El grupo es como se encontró.
    [one] Ha cambiado una vez desde que se encontró.
   *[other] Ha cambiado { $count } veces desde que se encontró.
}
lineage-merged = Unido el { $day } a
lineage-retired = Retirado el { $day }: no era un fallo.
lineage-events = Qué le ha pasado
lineage-events-none = No hay nada anotado.
lineage-look-back = Mirar atrás
lineage-day = Cómo era al terminar el día
lineage-show = Mostrar
lineage-past = Así era el { $day }
lineage-past-none = El { $day } este grupo no existía.
lineage-complaint = Ver la queja
lineage-undo = Deshacer
lineage-machine = raiz
lineage-somebody = alguien
lineage-founded = Encontrado: «{ $after }».
lineage-renamed = Nuevo nombre: «{ $after }» (antes «{ $before }»).
lineage-state = De { $before } a { $after }.
lineage-owner = Responsable: { $after } (antes { $before }).
lineage-product_area = Área de producto que prevalece: { $after } (antes { $before }).
lineage-failure_type = Tipo de fallo que prevalece: { $after } (antes { $before }).
lineage-merged_into = Se unió con { $count } quejas a
lineage-absorbed = Recibió las { $count } quejas del grupo
lineage-split_off = { $count } quejas formaron el grupo
lineage-split_from = Se formó con { $count } quejas del grupo
lineage-gave = { $count } quejas pasaron a
lineage-gave-none = { $count } quejas quedaron sin grupo.
lineage-received = Llegaron { $count } quejas de
lineage-received-none = Entraron { $count } quejas que no tenían grupo.
lineage-retired-event = Retirado: no era un fallo.
lineage-restored = Vuelve a estar como antes: se deshizo una decisión.
change-title = Unir o separar
change-lead = Primero se muestra qué cambiaría. Lo que se decide vale también para las quejas que lleguen después, y se puede deshacer.
change-reason = Motivo (opcional)
change-person = Quién lo decide (opcional)
change-do = Hacer el cambio
change-cancel = Dejarlo como está
change-merge = Unir con otro grupo
change-into = Grupo que queda
change-preview = Ver qué cambiaría
change-no-others = No hay otro grupo.
change-move = Separar quejas
change-move-hint = Primero las quejas menos parecidas a las demás; al final, algunas de las más típicas.
change-no-complaints = El grupo no tiene quejas.
change-to = Adónde van
change-to-new = a un grupo nuevo
change-to-none = a ningún grupo
change-new-name = Nombre del grupo nuevo (si se deja vacío, se toma de sus textos)
change-retire = Retirar
change-retire-hint = Si esto no es un fallo que se repite: el grupo termina y sus quejas quedan sin grupo.
change-none = ningún grupo
change-flow = { $count ->
    [one] Una queja pasa de «{ $from }» a «{ $to }».
   *[other] { $count } quejas pasan de «{ $from }» a «{ $to }».
}
change-ends = Este grupo termina. Su historia se conserva.
change-overrides = { $count ->
    [one] Deja de valer una decisión anterior.
   *[other] Dejan de valer { $count } decisiones anteriores.
}
change-learned = Lo que llegue después seguirá esta decisión.
change-head-merge = Unir dos grupos
change-head-split = Formar un grupo nuevo
change-head-move = Mover quejas
change-head-retire = Retirar el grupo
change-head-together = Juntar dos quejas
change-head-apart = Separar dos quejas
change-refused-ended = Uno de los grupos ya no existe. Elige otro.
change-refused-elsewhere = Alguna de las quejas ya no está en este grupo. Elige de nuevo.
change-refused-nothing = No cambiaría nada. Elige otro grupo o alguna queja.
proposals-head = { $count ->
    [one] Una propuesta de cambio en los grupos
   *[other] { $count } propuestas de cambio en los grupos
}
proposals-hint = Salen de mirar de nuevo todas las quejas. Nada cambia hasta que alguien acepta; lo que se rechaza no se propone otra vez. Las dos cosas se deshacen en el linaje del grupo.
proposals-example = ejemplo
proposals-accept = Aceptar
proposals-reject = Rechazar
proposal-new = Grupo nuevo «{ $title }» con { $count } quejas que no tienen grupo.
proposal-merge = Unir «{ $cluster }» con «{ $other }»: parecen el mismo fallo.
proposal-split = Separar { $count } quejas de «{ $cluster }» como «{ $title }».
proposal-move = Pasar { $count } quejas de «{ $cluster }» a «{ $other }».
proposal-join = Añadir { $count } quejas sin grupo a «{ $other }».
proposal-retire = Retirar «{ $cluster }»: sus quejas no tienen nada en común.
proposal-evidence-cluster = { $count } de las { $size } quejas del grupo caen juntas con las otras de un grupo de { $group }: { $terms }.
proposal-evidence-group = { $count } de las { $group } quejas que caen juntas no tienen grupo: { $terms }.
proposal-evidence-retire = De sus { $size } quejas, casi ninguna cae junto a otra al mirar de nuevo.
change-head-found = Formar un grupo nuevo
change-head-refuse = Rechazar una propuesta

cluster-state-new = nuevo
cluster-state-ongoing = en curso
cluster-state-escalating = en aumento
cluster-state-regressed = reaparecido
cluster-state-archived = archivado
cluster-state-resolved = resuelto

## Forms
form-save = Guardar
form-cancel = Cancelar
form-kept = No se ha guardado: corrige lo marcado. Lo escrito sigue aquí.
form-missing = Escribe algo aquí.
form-too-long = Es demasiado largo: acórtalo.
form-nul = Contiene un carácter que no se puede guardar: bórralo y escríbelo de nuevo.
form-day = La fecha no se entiende: escríbela como 2026-11-12.
form-wrong = Ese valor no vale: elige otro.
form-moved = Ya no se puede: alguien cambió el estado mientras tanto. Elige entre los pasos de ahora.

## Failures
error-404-title = Aquí no hay nada
error-404-what = La dirección no lleva a ninguna página, o lo que había se borró.
error-404-todo = Comprueba la dirección, o búscalo por sus palabras.
error-422-title = No se ha entendido la petición
error-422-what = Falta algo en la dirección o en el formulario, o tiene un valor que no existe.
error-422-todo = Nada ha cambiado. Vuelve atrás y prueba de nuevo desde la página.
error-500-title = Algo ha fallado en raiz
error-500-what = La página no se ha podido hacer. Las quejas guardadas están a salvo.
error-500-todo = Prueba otra vez en un minuto. Si se repite, el registro del servicio dice qué pasó; «raiz doctor» lo comprueba.
error-503-title = Demasiado trabajo a la vez
error-503-what = La base de datos está ocupada y esta petición no se ha guardado.
error-503-todo = Espera unos segundos y repítela.
error-home = Ir a Inicio
error-code = Código

## Review
nav-review = Revisión
review-headline = { $count ->
    [0] El modelo no duda de ninguna queja
    [one] El modelo duda de 1 queja
   *[other] El modelo duda de { $count } quejas
 }
review-lead = { $axis }: empieza por la que más enseña. Lo que decidas lo conserva para siempre.
review-axes = Pregunta
review-queues = Cola
review-queue-unsure = En duda
review-queue-second = Segunda opinión
review-queue-disputed = En disputa
review-ask = { $axis }: ¿cuál?
review-proposals = Propuestas del modelo
review-speaks = lo dicen: { $words }
review-no-proposals = Ningún modelo conoce esta pregunta todavía.
review-other = Otra respuesta
review-other-choose = Elige…
review-take = Guardar
review-none = Ninguna de estas: sin fallo
review-skip = No sé, siguiente
review-reason = Por qué (si hace falta)
review-reviewer = Quién revisa
review-keys = Teclas: 1, 2 y 3 eligen una propuesta, n sin fallo, o otra respuesta, s siguiente.
review-open = Ver la queja entera
review-said = { $reviewer } dijo: { $answer }
review-opinions = Opiniones
review-settle = Lo que elijas zanja la disputa.
review-blind = Otra persona ya respondió; su respuesta no se enseña.
review-empty-unsure = No queda nada en duda
review-empty-unsure-how = Cuando el modelo dude de una queja nueva, aparecerá aquí.
review-empty-second = Nada espera una segunda opinión
review-empty-second-how = Aquí salen las quejas que ha decidido una sola persona distinta de ti. Con dos respuestas se mide el acuerdo.
review-empty-disputed = Nadie discrepa
review-empty-disputed-how = Aquí salen las quejas en las que dos personas respondieron distinto.
review-kept = Guardado.
review-gone = Esa queja ya no está o aún no se ha analizado.
review-agreement = Acuerdo entre personas: { $observed } en { $pairs } quejas (kappa { $kappa }, entre { $lower } y { $upper }).
review-agreement-none = Aún no hay dos personas que hayan respondido a lo mismo.
review-correct = Corregir

## Taxonomy
taxonomy-lead = Lo que una queja puede ser: cada término con sus quejas de toda la historia. Versión { $version }.
taxonomy-term = Término
taxonomy-complaints = Quejas
taxonomy-no-complaints = Ninguna queja tiene este término.
taxonomy-its-complaints = sus quejas
taxonomy-edit = Cambiar la taxonomía
taxonomy-edit-how = Entra en un término para renombrarlo o unirlo con otro, o edita el texto entero. Antes de publicar se ve qué cambia.
taxonomy-edit-all = Editar el texto entero
taxonomy-edit-lead = Se publica una versión nueva; las anteriores se conservan. Un término con quejas solo se quita diciendo cuál las recibe.
taxonomy-versions = Versiones
taxonomy-version = Versión { $number }
taxonomy-starter = viene con raiz
taxonomy-what-changed = qué cambió
taxonomy-retired = Términos retirados
taxonomy-retired-to = { $term }, ahora en: { $heir }
taxonomy-published = La nueva versión está en vigor.
taxonomy-changes-title = De la versión { $from } a la { $to }
taxonomy-same = Nada cambia
taxonomy-same-how = Las dos versiones dicen lo mismo.
taxonomy-added = término nuevo
taxonomy-goes = se retira
taxonomy-goes-to = se retira; sus quejas pasan a: { $term }
taxonomy-moved = cambia de lugar
taxonomy-edited = se lee de otra manera
taxonomy-part-es = Nombre en español
taxonomy-part-en = Nombre en inglés
taxonomy-part-meaning-es = Definición en español
taxonomy-part-meaning-en = Definición en inglés
taxonomy-part-examples = Ejemplos
taxonomy-part-counter_examples = Contraejemplos
taxonomy-examples = Ejemplos
taxonomy-counter = Se parece, pero es otra cosa
taxonomy-belongs = es:
taxonomy-no-meaning = Sin definición todavía.
taxonomy-no-examples = Nadie ha escrito ninguno todavía.
taxonomy-change-term = Cambiar el término
taxonomy-join = Unir con otro
taxonomy-join-how = El término se retira y sus quejas pasan al que elijas.
taxonomy-join-with = Sus quejas pasan a
taxonomy-see-changes = Ver qué cambia
taxonomy-would-change = { $count ->
    [0] Nada cambiaría
    [one] Cambiaría 1 término
   *[other] Cambiarían {$count} términos
 }
taxonomy-would-move = { $count ->
    [one] 1 queja pasaría a otro término.
   *[other] {$count} quejas pasarían a otro término.
 }
taxonomy-note = Por qué (queda con la versión)
taxonomy-publish = Publicar
taxonomy-leave = No publicar
taxonomy-draft = Texto
taxonomy-draft-how = La taxonomía entera, en TOML o JSON
taxonomy-refused = No se puede publicar así
taxonomy-outdated = Otra persona publicó una versión mientras tanto. Nada se ha escrito: vuelve a abrir esta página y repite el cambio.
taxonomy-counts = Cuentas
taxonomy-as-counted = Como las cuenta el modelo
taxonomy-corrected = Corregidas
taxonomy-corrected-how = Lo que de verdad habría, según las quejas que han revisado personas, con su intervalo del 95 %. Hacen falta { $needed } revisadas de cada clase: con el término y sin él, seguras y en duda.
taxonomy-estimate = ≈ { $count } ({ $low }–{ $high })
taxonomy-estimate-rough = ≈ { $count } ({ $low }–{ $high }), a grandes rasgos
taxonomy-cannot-tell = no se sabe

## Models
review-models = Los modelos y su valía
models-title = Modelos
models-lead = Quién responde cada pregunta. Un modelo nuevo solo trabaja cuando alguien lo decide, después de compararlo.
models-done = Hecho. Las etiquetas se ponen de nuevo en segundo plano; las que decidió una persona no se tocan.
models-none = Ningún modelo responde esta pregunta.
models-model = Modelo
models-state = Estado
models-in-force = en vigor
models-compared = comparado
models-kept = guardado
models-accuracy = Acierto
models-f1 = F1 medio
models-texts = Textos
models-labels = Etiquetas puestas
models-waiting = { $count ->
    [one] Falta 1 etiqueta por poner de nuevo.
   *[other] Faltan {$count} etiquetas por poner de nuevo.
 }
models-roll-back = Volver a { $model }
models-new = Un modelo nuevo
models-new-how = Se entrena y se compara en la máquina donde corre raiz; después aparece aquí con su informe.
models-promotions = Cambios de modelo
models-no-promotions = El modelo en vigor no ha cambiado nunca.
models-promotion = { $axis }: { $model } en lugar de { $previous }
models-both = lo que contaba cada uno
models-overlap-title = { $axis }: { $previous } y { $model }
models-overlap-lead = Las mismas quejas ({ $days }) contadas por los dos modelos. La historia entera lleva ya las etiquetas del nuevo, así que ninguna serie salta en la fecha del cambio.
models-overlap-waiting = Las mismas quejas ({ $days }). Las etiquetas se están poniendo de nuevo: la columna de ahora todavía mezcla los dos modelos.
models-overlap-none = Nada que comparar
models-overlap-none-how = Cuando cambió el modelo no había quejas contadas.
models-before = Antes
models-now = Ahora
report-title = { $axis }: modelo nuevo y modelo en vigor
report-verdict-better = El nuevo acierta más: la diferencia de acierto está entre { $interval }.
report-verdict-worse = El nuevo acierta menos: la diferencia de acierto está entre { $interval }.
report-verdict-alike = No se distingue cuál acierta más: la diferencia de acierto está entre { $interval }.
report-judged = { $count ->
    [one] Sobre 1 queja que decidió una persona. Entre paréntesis, el intervalo del 95 %.
   *[other] Sobre {$count} quejas que decidió una persona. Entre paréntesis, el intervalo del 95 %.
 }
report-judged-file = Sobre { $count } textos de { $file }. Entre paréntesis, el intervalo del 95 %.
report-both = Los dos modelos
report-old = En vigor: { $model }
report-new = Nuevo: { $model }
report-ece = Error de calibración
report-coverage = Conjuntos que aciertan
report-set = Respuestas por conjunto
report-labels = Término a término
report-labels-how = F1 de cada término. La diferencia es un intervalo del 95 % sobre los mismos textos.
report-difference = Diferencia
report-better = mejor
report-worse = peor
report-changing = Qué cambiaría
report-changes = De las { $all } quejas más recientes que no decidió una persona, cambiarían { $count }.
report-complaints = Algunas de ellas
report-promote = Ponerlo a trabajar
report-promote-how = Etiquetará lo que llegue y, en segundo plano, lo que ya hay. Se puede volver atrás.
report-promote-do = Poner en vigor
drift-yes = Conviene entrenar de nuevo: { $reasons }.
drift-no = No hace falta entrenar de nuevo: nada de lo que se ve ha cambiado.
drift-cannot-tell = No se sabe si conviene entrenar de nuevo: hay pocas etiquetas y pocas revisiones.
drift-certainty = está seguro de otra manera que antes
drift-vocabulary = las quejas hablan de cosas que no conoce
drift-accuracy = las personas le ven más errores que cuando se entrenó
drift-index = Su seguridad en las últimas cuatro semanas se movió { $index } respecto al medio año anterior (índice de estabilidad; 0,25 es mucho).
drift-unseen = El { $recent } de las palabras recientes le son desconocidas; antes, el { $before }.
drift-right = Acierta el { $share } (entre { $low } y { $high }); al entrenarlo, el { $card }. Sobre { $reviewed } quejas revisadas.
drift-right-unknown = Cuánto acierta no se puede decir con { $reviewed } quejas revisadas: faltan de las que da por seguras o de las que duda.
chart-model = Modelo nuevo

## Cambios registrados
changes-title = Cambios registrados
changes-lead = { $count ->
    [0] No hay ningún cambio registrado: registre versiones, precios, lotes o procesos nuevos y las alertas dirán cuál pudo causarlas.
    [one] Hay un cambio registrado. Las alertas miran si lo que llega habla de él.
   *[other] Hay { $count } cambios registrados. Las alertas miran si lo que llega habla de alguno.
 }
changes-list = Qué cambió y cuándo
changes-none = Todavía nada. Con el formulario se registra el primero.
changes-new = Registrar un cambio
changes-what = Qué cambió
changes-day = Desde qué día
changes-kind = Tipo
changes-touches = Datos que toca (nombre: valor, uno por línea)
changes-touches-form = Escriba cada dato como nombre: valor, uno por línea.
changes-note = Nota (opcional)
changes-register = Registrar
changes-forget = Quitar
changes-forget-this = Quitar: { $title }
changes-import = Muchos a la vez: raiz changes import ARCHIVO.csv, o la API en /api/v1/changes.
change-kind-release = versión
change-kind-price = precio
change-kind-supplier-lot = lote de proveedor
change-kind-process = proceso
change-kind-campaign = campaña
change-kind-event = suceso
actions-changes = Ver qué se cambió
suspects-title = Qué cambió antes
suspects-register = Cambios registrados
suspects-none-registered = No hay cambios registrados de los cinco meses anteriores.
suspects-none = { $count ->
    [one] Se miró un cambio registrado y las quejas no hablan de él.
   *[other] Se miraron { $count } cambios registrados y las quejas no hablan de ninguno.
 }
suspects-found = { $count ->
    [one] Estas quejas hablan de un cambio registrado más de lo habitual. Es un sospechoso, no una causa probada.
   *[other] Estas quejas hablan de { $count } cambios registrados más de lo habitual. Son sospechosos, no causas probadas.
 }
suspects-before = { $days ->
    [one] un día antes
   *[other] { $days } días antes
 }
suspects-within = durante la alerta
suspects-trace = «{ $words }» está en el { $now } de estas quejas; lo habitual es el { $usual }.
suspects-only-date = Solo coincide la fecha.

# Algo nuevo

emerging-head = Algo nuevo
emerging-block = { $count ->
    [one] Algo nuevo: un fallo que nadie ha nombrado
   *[other] Algo nuevo: { $count } fallos que nadie ha nombrado
}
emerging-block-hint = Quejas recientes más juntas de lo que el pasado deja esperar. Se puede hacer un grupo con ellas o descartarlas; las dos cosas se deshacen.
emerging-unnamed = Quejas parecidas, todavía sin nombre
emerging-sentence = { $count ->
    [one] Una queja desde el { $day } que no se parece a lo de antes.
   *[other] { $count } quejas parecidas entre sí desde el { $day }, y pocas así antes.
}
emerging-evidence = De las { $neighbours } quejas más parecidas, antiguas y nuevas, { $observed } son recientes; se esperaban { $expected }.
emerging-why = Por qué se avisa
emerging-why-hint = El umbral se aprende del pasado, para que haya tan pocas falsas alarmas como piden los ajustes.
emerging-texts = Qué cuentan
emerging-more = { $count ->
    [one] Y otra queja más.
   *[other] Y otras { $count } quejas.
}
emerging-where = Dónde quedaría
emerging-labels = Área y fallo que prevalecen
emerging-nearest = Grupo más parecido
emerging-nearest-none = ninguno todavía
emerging-decide = Decidir
emerging-accept = Crear el grupo
emerging-dismiss = Descartar
emerging-undo = Deshacer la decisión
emerging-refused = No se puede crear el grupo: todas sus quejas están ya en otros grupos.
emerging-state-open = Nadie ha decidido todavía.
emerging-state-founded = Se creó un grupo con estas quejas:
emerging-state-dismissed = Descartado: no es un fallo nuevo.
emerging-state-known = La mayoría de estas quejas está ya en un grupo:
emerging-state-faded = No siguió: hace más de cuatro semanas que no llega otra queja así.

# Estado, prioridad y comentarios de un grupo

groups-priority = Prioridad
groups-texts = Textos distintos
groups-customers = Clientes
groups-customers-none = el origen no los nombra
priority-urgent = urgente
priority-high = alta
priority-medium = media
priority-low = baja
priority-computed = calculada
priority-by-person = La puso una persona; el cálculo no la cambia.
priority-not-yet = Se calcula con el próximo análisis.
priority-made-of = { $frequency } quejas en cuatro semanas × gravedad { $severity } × crecimiento { $growth } × daño { $harm }: { $share } de toda la carga.
life-since = Así desde el { $day }.
life-since-why = Así desde el { $day }: { $why }
why-above-expected = { $observed } quejas hasta el { $day }, donde se esperaban { $expected }.
why-worse = empeoró: { $observed } quejas hasta el { $day }, donde se esperaban { $expected }.
why-as-expected = volvió a lo esperado en la semana que acabó el { $day }.
why-not-new = no es nuevo: su primera queja llegó el { $day }.
why-seen-for = lleva { $days } días encontrado.
why-came-back = llegaron { $count } quejas después de darlo por resuelto el { $day }.
why-more-complaints = llegaron { $count } quejas más desde el { $day }.
why-more-customers = se quejaron { $count } clientes más desde el { $day }.
why-day-came = llegó el { $day }, el día fijado.
why-stayed = sigue { $days } días después de reaparecer.
why-owner-rule = por la regla { $place }.
aside-worse = hasta que empeore
aside-complaints = { $count ->
    [one] hasta una queja más
   *[other] hasta { $count } quejas más
}
aside-customers = { $count ->
    [one] hasta un cliente más
   *[other] hasta { $count } clientes más
}
aside-until = hasta el { $day }
aside-ever = para siempre
aside-until-when = Si se archiva, hasta cuándo
aside-value = Cuántas o qué día (AAAA-MM-DD)
aside-kind-worse = hasta que empeore
aside-kind-complaints = hasta tantas quejas más
aside-kind-customers = hasta tantos clientes más
aside-kind-until = hasta un día
aside-kind-ever = para siempre
aside-wrong = Falta cuántas (un número desde 1) o qué día (2026-12-24).
group-alike = Grupos parecidos
group-alike-hint = Por lo que cuentan sus quejas.
group-alike-share = parecido { $share }
group-alike-merge = unir…
lineage-priority = Prioridad { $after } (antes { $before }).
comments-head = Comentarios
comments-none = Nadie ha comentado nada.
comments-new = Comentario; con @nombre se dirige a alguien
comments-who = Quién comenta
comments-send = Comentar
comments-to = Para
owners-title = Responsables por regla
owners-lead = Cada grupo es de quien dice la última regla que le encaja; lo que pone una persona gana.
owners-rules = Reglas, una por línea
owners-how = Condiciones antes de la flecha (area, tipo, unidad; las que falten valen para todo) y responsable después.
owners-example-all = Calidad
owners-example-area = Equipo Tarjetas
owners-example-both = Fraude
owners-line = Esta línea no se entiende: { $line }
owners-rule = Esta regla nombra algo que no existe o no tiene responsable: { $line }

# Mapa de grupos

map-title = Mapa de grupos
map-lead = { $count ->
    [one] Un grupo abierto; su tamaño dice cuántas quejas llegaron en cuatro semanas.
   *[other] { $count } grupos abiertos: cerca los que cuentan cosas parecidas; el tamaño dice cuántas quejas llegaron en cuatro semanas.
}
map-recent = { $count ->
    [one] una queja en cuatro semanas
   *[other] { $count } quejas en cuatro semanas
}
