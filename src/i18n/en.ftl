# What is read on screen, in English. Same keys as es.ftl.

## Frame
nav-skip = Skip to content
nav-home = Home
nav-groups = Groups
nav-search = Search
nav-alerts = Alerts
nav-actions = Actions
nav-taxonomy = Taxonomy
nav-quick = Search complaints
nav-language = Language
nav-main = Sections

## First steps
start-title = No complaints yet
start-lead = Raiz groups complaints that recur and warns when one grows. To begin, load a file or try the sample data.
start-own = With your own file
start-own-how = One row per complaint, with its text and date: CSV, Excel or JSON lines. Run it on the machine where raiz runs.
start-demo = With sample data
start-demo-how = A year of made-up complaints, with a few hidden problems that raiz should find.
start-after = When it ends, this page shows the groups and alerts. Nothing has to be restarted.

## Home
home-headline = { $alerts ->
    [0] No open alerts
    [one] 1 open alert
   *[other] {$alerts} open alerts
 }, { $fresh ->
    [0] no new group
    [one] 1 new group
   *[other] {$fresh} new groups
 } and { $growing ->
    [0] none growing
    [one] 1 growing
   *[other] {$growing} growing
 }
home-pending = { $count ->
    [one] 1 complaint is still to be analysed.
   *[other] {$count} complaints are still to be analysed.
 }
home-week = { $count } complaints came in during the week of { $week }.
home-week-change = { $count } complaints came in during the week of { $week }, { $change } against the mean of the eight before ({ $mean }).
home-week-same = { $count } complaints came in during the week of { $week }, as many as the mean of the eight before ({ $mean }).
home-no-week = There is no complete week yet.
home-chart = Complaints per week
home-chart-finding = Complaints per week, complete weeks only
home-alerts = Open alerts
home-alerts-none = No open alerts. Every Monday the week before is checked.
home-new = New groups
home-new-none = No new group to look at.
home-growing = Growing
home-growing-none = No group grows by more than it varies from month to month.
home-unowned = Without owner
home-unowned-none = Every open group has an owner.
home-actions = Actions under way
home-actions-none = No action under way.
line-before = before { $before }
home-four-weeks = in 4 weeks

## Groups
groups-lead = { $count ->
    [one] 1 open group;
   *[other] {$count} open groups;
 } { $shown ->
    [one] one asks for attention this week.
   *[other] {$shown} ask for attention this week, the most urgent first.
 }
groups-lead-none = A group gathers the complaints that tell of the same failure.
groups-lead-some = { $shown } of { $count } groups match the filters.
groups-none = No groups yet
groups-none-how = Groups form by themselves once about a hundred complaints are analysed. Load some with “raiz import FILE”.
groups-no-match = No group matches the filters
groups-no-match-how = Remove a filter or search with fewer words.
groups-words = Search groups
groups-words-how = Words of the title and filters: is:new, area:cards, tipo:undue_charge, owner:none, priority:high, order:recent. Quotes round spaces.
groups-unknown = Not understood, and left out: { $tokens }
groups-of-texts = { $count ->
    [one] one distinct text
   *[other] { $count } distinct texts
}
groups-of-customers = { $count ->
    [one] one customer
   *[other] { $count } customers
}
groups-folded = { $count ->
    [one] And one small or quiet group
   *[other] And { $count } small or quiet groups
}
groups-views = Views
groups-select = Select “{ $title }”
groups-bulk = With the selected
groups-bulk-hint = Keys: j and k go down and up, x selects, Enter opens, e resolves the selected, a assigns.
bulk-resolve = Resolve
bulk-archive = Archive until worse
bulk-reopen = Reopen
bulk-owner = Owner
bulk-assign = Assign
bulk-rank = Set priority
groups-owners = Owners by rule
groups-map = Map
view-week = This week
view-new = New
view-growing = Growing or back
view-unowned = Without owner
view-aside = Archived and resolved
view-all = All by complaints
view-keep = Keep this search as
view-keep-do = Keep view
view-drop = Remove the view “{ $name }”
groups-state = State
groups-owner = Owner
groups-no-owner = no owner
groups-group = Group
groups-weeks = 26 weeks
groups-complaints = Complaints
groups-recent = Last 4 weeks
groups-seen = First and last
groups-first = First complaint
groups-last = Last complaint
filter-apply = Apply
filter-clear = Clear filters

## Group
group-sentence-none = No complaint belongs to this group today.
group-sentence = { $total } complaints since { $first }; { $recent } in the last four weeks and { $before } in the four before.
group-examples = Examples
group-examples-hint = The complaints most typical of the group, without personal data.
group-examples-none = There are no texts to show yet.
group-all = See all { $count } complaints
group-who = Who
group-who-hint = Share of the group’s complaints with each value, and of all other complaints. What weighs much more here is marked.
group-inside = here
group-outside = others
group-over = ×{ $times }
group-facts = Facts
group-mixed = mixed
group-terms = Telling words
group-actions-none = No linked action.
group-action-title = What will be done
group-edit = Edit group
group-name = Name

## Charts
chart-key-count = complaints per week
chart-key-expected = expected
chart-key-alarm = alert
chart-tip = { $week }: { $count }
chart-tip-expected = { $week }: { $count } (expected { $expected })
chart-table = See table
chart-week = Week
chart-count = Complaints
chart-expected = Expected
chart-alarm = Alert
chart-none = There is no complete week to draw yet.
chart-finding = { $title }: { $count } in the week of { $week }
chart-finding-expected = { $title }: { $count } in the week of { $week }, expected { $expected }
mark-action = Action implemented: { $title }
spark-title = Last { $weeks } weeks: { $last } in the last, { $most } at most

## Search
search-title = Search complaints
search-lead-all = { $total } complaints stored.
search-lead = { $matching } of { $total } complaints match.
search-lead-problem = The search could not be made; what was written is kept below.
search-words = Words
search-problem = What to change
search-tips = Search tips
search-tip-all = both words, in any order
search-tip-phrase = the exact phrase
search-tip-not = with the first and without the second
search-tip-or = either of the two
search-tip-prefix = words that begin like this
search-active = Active filters
search-remove = Remove the filter { $filter }
search-clear = Clear all
search-none = No complaint matches all of it
search-none-how = Remove a filter, widen the dates or write fewer words.
search-empty = There are no complaints to search yet
search-empty-how = Load a file with “raiz import FILE” or try “raiz demo”.
search-shown = Showing { $rows } of { $matching }
search-sort = Sort
search-size = Per page
search-pages = Pages
search-first = Back to start
search-next = Next
search-filters = Filter by…
search-date = Date received
search-from = From
search-to = To
search-other = Other values: { $count }
search-pill-words = Words: { $words }
search-pill-from = From { $day }
search-pill-to = Until { $day }
sort-relevance = Best match
sort-newest = Newest
sort-oldest = Oldest
period-3m = 3 months
period-6m = 6 months
period-1y = 1 year
period-all = All
query-unclosed_quote = The quotation mark at character { $at } is never closed: add the closing one or remove it.
query-no_word = A word is missing at character { $at }: write one with letters or digits, or remove the sign.
query-nothing_to_find = There is no letter or digit to find: write a word, or nothing to see all.
query-dangling_or = The OR at character { $at } needs a word on each side: write it or remove the OR.
query-prefix_too_short = The beginning at character { $at } is too short: write more letters before the asterisk.
query-prefix_too_broad = Too many words begin like the one at character { $at }: write more letters before the asterisk.
query-phrase_too_long = The phrase at character { $at } is too long: shorten it.
query-too_many_words = There are too many words from character { $at } on: keep the telling ones.
query-words_too_long = The text is too long: keep the telling words.
query-too_many_values = A filter has too many values: remove some.
query-days_crossed = The “from” date lies after the “to” date: exchange them.
query-foreign_cursor = This page belongs to another search: go back to the start of the list.
query-page_too_large = Too many complaints a page: ask for 100 at most.
query-facet_too_large = Too many values of a filter: ask for fewer.
param-unknown_parameter = The address has a filter that does not exist, “{ $name }”: remove it or correct its name.
param-repeated_parameter = “{ $name }” comes twice in the address: keep one.
param-bad_day = The date of “{ $name }” cannot be read: write it like 2026-11-12.
param-bad_number = The number of “{ $name }” is out of range: try 25.
param-bad_sort = The order “{ $name }” does not exist: choose one from the list.
param-bad_facet = “{ $name }” names a field that does not exist: remove it from the address.
param-bad_cursor = The value of “{ $name }” is not of this search: go back to the start of the list.
param-too_many_parameters = The address has too many filters: remove those not needed.

## Fields and values
axis-kind = Kind
axis-product_area = Area
axis-failure_type = Failure
field-kind = Kind
field-product_area = Area
field-failure_type = Failure
field-cluster = Group
field-language = Language
field-source = Source
field-product = Product
field-sub_product = Sub-product
field-issue = Issue
field-sub_issue = Sub-issue
field-company = Company
field-region = Region
field-channel = Channel
field-customer = Customer
field-has_text = Has text
field-unsure = Unsure label
field-external_id = Reference
value-none = no data
value-yes = yes
value-no = no
language-es = Spanish
language-en = English
language-pt = Portuguese
language-fr = French
language-de = German
language-it = Italian
language-ca = Catalan
language-xx = another language
language-und = unknown
node-all = All complaints

## Complaint
complaint-redactions = { $count ->
    [one] 1 piece of personal data is hidden.
   *[other] {$count} pieces of personal data are hidden.
 }
complaint-title = Complaint of { $day }
complaint-title-about = Complaint of { $day } · { $about }
complaint-in-group = It belongs to the group “{ $group }”.
complaint-alone = It is not enough like others to be in a group.
complaint-text = Text
complaint-no-text = This complaint came without a text, with facts only.
complaint-waiting = It is in the queue: the text is shown once personal data are hidden.
complaint-labels = Labels
complaint-labels-none = Not labelled: no model has been trained yet.
complaint-question = Question
complaint-answer = Answer
complaint-sure = How sure
complaint-by = By
complaint-group = Group
complaint-no-group = In none.
complaint-close = A plain case of the group: { $figure } alike.
complaint-far = At the edge of the group: { $figure } alike.
complaint-facts = Facts
complaint-received = Received
sure-very = very likely
sure-likely = likely
sure-rather = possible
sure-unclear = not clear
sure-person = decided
origin-machine = model
origin-person = a person

## What it complains of
claims-title = { $count ->
    [one] It speaks of one matter
   *[other] It speaks of { $count } matters
}
claims-main = the main matter
claims-other = another matter, { $figure } likely

## Why it has its labels
why-title = Why
why-how = The words of the text that speak for each answer and what they weigh: by how much its odds (as a logarithm) would be lower without them.
why-no-words = No word of the text speaks for this answer.
why-possible = Cannot be ruled out: { $answers }
why-unknown = unknown to the model
why-model = Model { $model }
why-other-model = Given by model { $other }; explained by the model in use, { $model }
why-nearest = Labelled texts most like it
why-nearest-none = None is like it: there are no words in common.
why-by-people = decided by people
why-by-corpus = example text { $name }
why-alike = { $figure } alike
why-read = read the complaint
why-taxonomy = Version of the taxonomy: { $version }

## Alerts
alerts-headline = { $count ->
    [0] No open alerts
    [one] 1 open alert
   *[other] {$count} open alerts
 }
alert-sentence-within = { $weeks ->
    [one] {$observed} in one week of the period {$period}; {$expected} were expected and up to {$upper} would be normal.
   *[other] {$observed} in {$weeks} weeks of the period {$period}; {$expected} were expected and up to {$upper} would be normal.
 }
alerts-lead = Every Monday the week before is compared with what was to be expected. What stands out stays here until somebody judges it.
alerts-which = Which alerts
alerts-open = Open
alerts-all = All
alerts-none = No open alerts
alerts-none-how = No recent week left its expected range, or all has been judged.
alert-sentence = { $observed } in the week of { $period }; { $expected } were expected and up to { $upper } would be normal.
alert-sentence-weeks = { $observed } in the weeks of { $period }; { $expected } were expected and up to { $upper } would be normal.
alert-examples = See the complaints of those days
alert-review = Review
alert-review-this = Review the alert: { $subject }
alert-why = Why this alert
alert-group = See the group
alert-judge = What becomes of it
alert-note = Note (optional)
alert-closed = Closed: nothing is left to decide.
alert-method = Facts
alert-period = Period
alert-raised = Raised
alert-detector = Method
alert-reason-times = { $observed } complaints came in, { $times } times what was expected.
alert-reason-limit = Up to { $upper } would not have stood out.
alert-rarity = Had nothing changed, so many complaints would come by chance once in { $times }.
alert-rarity-least = Had nothing changed, so many complaints would come by chance less than once in a million.
alert-reason-week = The jump shows in a single week.
alert-reason-window = The rise shows over { $weeks } weeks in a row.
alert-reason-slow = No single week stands out: the level has risen and stayed for { $weeks } weeks above what came before them.
alert-reason-past = It is compared with its own past: { $weeks } weeks.
alert-reason-peers = It has little history ({ $weeks } weeks), so series like it lend theirs.
alert-also = Also felt in
alert-also-line = { $name }: { $observed }, { $expected } were expected
alert-precursors = What warns before
alert-precursor-lead = “{ $ahead }” runs { $weeks ->
    [one] one week
   *[other] { $weeks } weeks
 } ahead of “{ $behind }” (between { $low } and { $high }).
alert-precursors-few = There are too few weeks or cases to say whether questions or complaints warn of claims.
alert-precursors-unclear = It cannot be said that questions or complaints warn of claims: what is seen may be chance, or they come at the same time.
alert-ahead = Next weeks
alert-ahead-week = { $expected }, mostly between { $low } and { $high }
alert-ahead-chance = Expected of each week if all goes on as it did; the interval holds four times in five. Chance of passing { $limit }, the highest of the last year: { $chance } at most in any one of them.
alert-came = What came in on those days
alert-came-none = No complaint of those days has a text to show.
alert-who = What is particular about them
alert-who-hint = The complaints of those days compared with those of the year before in the same series.
alert-inside = Now
alert-before = Before
alert-past = Similar alerts and what was done
alert-past-none = This is the first alert of this series and of its kind.
alert-past-done = What was done:
alert-past-nothing = No action is on record.
alert-by = Who (optional)
alert-silence = Silence
alert-silence-none = This series warns when it leaves what was expected.
alert-silence-worse = Silent since { $since } until it is worse: until the excess of a week passes { $excess } complaints.
alert-silence-day = Silent up to and including { $day }.
alert-silence-held = { $held ->
    [0] No warning has been held back.
    [one] One warning has been held back.
   *[other] { $held } warnings have been held back.
 }
alert-mute-why = Why it is muted (optional)
alert-mute-worse = Mute until it is worse
alert-mute-day = Up to this day
alert-mute-until = Mute until that day
alert-unmute = Warn again
alert-mute-past = The day has to lie ahead.
alert-history = What happened
signal-event-raised = Raised
signal-event-moved = Moved to { $state }
signal-event-muted-worse = Muted until it is worse
signal-event-muted-day = Muted until { $day }
signal-event-unmuted = Warns again
signal-event-worsened = It got worse: warns again
signal-event-by = { $what }, by { $author }
alerts-notices = Get the alerts by e-mail, webhook or feed
alerts-replay = Go through past weeks
budget-title = Budget of false alarms
budget-set = At most { $budget } false alarms a week are allowed for, over all { $series } series.
budget-unset = No budget of false alarms: the fixed threshold gives about { $expected } a week over { $series } series.
budget-used = In the last { $weeks } weeks { $raised } alerts a week were raised; { $judged ->
    [0] nobody has judged any yet.
    [one] of 1 judged, { $refuted } was false.
   *[other] of { $judged } judged, { $refuted } were false.
 }
budget-threshold = Threshold
budget-expected = False alarms a week expected
budget-source = What it rests on
budget-source-nominal = simulated series
budget-source-own_history = the own history, its weeks shuffled
budget-calibrated = Learnt up to
budget-judged = False ones a week, by what was judged
budget-cannot-tell = cannot be told: nobody has judged any
budget-how = It is changed in the settings:
replay-title = Past weeks gone through
replay-headline = { $count ->
    [0] In { $weeks } weeks there would have been no alert
    [one] In { $weeks } weeks there would have been 1 alert
   *[other] In { $weeks } weeks there would have been { $count } alerts
 }
replay-none = No week is complete yet
replay-lead = Each week is judged again by the rule of today, as if it were the newest. Nothing is kept.
replay-quiet = Nothing to warn of
replay-quiet-how = None of these weeks left its expected range. Try other days.
replay-unreadable = A day cannot be read; the usual weeks are shown.
replay-shortened = These are too many series for so many weeks at once: the last { $weeks } are gone through. For all of them: raiz watch replay.
replay-series = Series
replay-when = Weeks
replay-observed = Came in
replay-expected = Expected
replay-alert = Alert
replay-raised = see it
replay-not-raised = not raised
replay-weeks = Which weeks
replay-from = From
replay-to = To
replay-again = Go through them
feed-title = Alerts of raiz
letter-subject = Alert: { $subject }
letter-subject-many = { $count } alerts: { $subject } and more
letter-mention-subject = { $person } mentions you: { $title }
letter-mention = { $person } mentions you in a comment on “{ $title }”.
letter-somebody = Somebody
letter-test-subject = A test of raiz
letter-test = This message only tries whether notices arrive. Nothing happened.
letter-foot = This notice was sent by raiz. Who gets them, and how to stop them:
notices-title = Notices
notices-lead = { $count ->
    [0] Nobody gets the alerts yet; they are on this page and in the feed.
    [one] One subscription gets the alerts.
   *[other] { $count } subscriptions get the alerts.
 }
notices-who = Who gets them
notices-none = Nobody. The form adds an e-mail address or a webhook.
notices-feed = For feed readers (Atom):
notices-messages = Last messages
notices-messages-none = Nothing has been sent yet.
notices-new = New subscription
notices-scope = Which alerts
notices-owner = Owner (when their groups are chosen)
notices-address = E-mail
notices-url = Or a webhook: a web address it is posted to
notices-secret = Key of the webhook's signature: 16 to 200 characters, never shown again
notices-rhythm = When
notices-quiet-from = Quiet from
notices-quiet-until = Until
notices-subscribe = Subscribe
notices-one-way = An e-mail address or a webhook is needed, one of the two.
notices-test = Test
notices-test-this = Send a test to { $address }
notices-end = End
notices-end-this = End { $address }
notices-quiet-told = quiet from { $from } to { $until } h
notices-per-hour = at most { $count } an hour
rhythm-at_once = As soon as one is raised
rhythm-daily = Daily digest, at 8
rhythm-weekly = Weekly digest, on Mondays at 8
scope-everything = All alerts
scope-owner = The groups and mentions of an owner
scope-of-owner = Groups and mentions of { $name }
scope-area = Area: { $name }
scope-group = Group: { $name }
message-test = Test
message-told = { $count ->
    [one] 1 notice
   *[other] { $count } notices
 }
message-sent = sent
message-waiting = { $attempts ->
    [0] to be sent
    [one] did not arrive at the first attempt; it is tried again
   *[other] did not arrive in { $attempts } attempts; it is tried again
 }
message-given-up = { $attempts ->
    [one] could not be delivered; it is not tried any more
   *[other] could not be delivered in { $attempts } attempts; it is not tried any more
 }
signal-state-raised = raised
signal-state-under_review = under review
signal-state-confirmed = confirmed
signal-state-refuted = refuted
signal-state-closed = closed
signal-verb-under_review = Start reviewing it
signal-verb-confirmed = Confirm: it is real
signal-verb-refuted = Refute: false alarm
signal-verb-closed = Close

## Actions
actions-headline = { $open ->
    [0] No open action
    [one] 1 open action
   *[other] {$open} open actions
 }{ $overdue ->
    [0] {""}
    [one] , 1 overdue
   *[other] , {$overdue} overdue
 }
actions-lead = From the idea to the proven effect. An action ends when the complaints that followed show it.
actions-none = No actions yet
actions-none-how = An action starts from a group: open one and write what will be done.
actions-see-groups = See the groups
actions-all = All
actions-column-empty = None
board-planned = To start
board-in-progress = In progress
board-implemented = Implemented
board-in-verification = In verification
board-finished = Finished
action-create = Create action
action-new = New action
action-new-lead = The title is enough; the rest can be filled in later.
action-title = Title
action-description = Why and how
action-owner = Owner
action-due = Due date
action-due-on = due { $day }
action-was-due = was due { $day }
action-overdue = overdue
action-group = Group it answers to
action-group-none = None for now
action-next = Next step
action-groups = Linked groups
action-groups-none = None: without a group its effect cannot be measured.
action-link = Link
action-link-which = Link another group
action-unlink = Remove
action-unlink-this = Remove the link to { $group }
action-history = History
action-state-draft = draft
action-state-planned = planned
action-state-in_progress = in progress
action-state-implemented = implemented
action-state-in_verification = in verification
action-state-effective = effective
action-state-partly = partly effective
action-state-ineffective = ineffective
action-state-faded = faded
action-state-cancelled = cancelled
action-standing-draft = It is a draft:
action-standing-planned = It is planned:
action-standing-in_progress = It is in progress:
action-standing-implemented = It is implemented:
action-standing-in_verification = Its effect is being checked:
action-standing-effective = It worked:
action-standing-partly = It worked in part:
action-standing-ineffective = It did not work:
action-standing-faded = It worked and its effect was lost:
action-standing-cancelled = It was cancelled:
action-verb-draft = Back to draft
action-verb-planned = Plan it
action-verb-in_progress = Start work
action-verb-implemented = Mark as implemented
action-verb-in_verification = Check its effect
action-verb-effective = It was effective
action-verb-partly = It was partly effective
action-verb-ineffective = It was not effective
action-verb-faded = The effect was lost
action-verb-cancelled = Cancel it
event-created = Created
event-edited = Text changed
event-moved = New state: { $state }
event-linked = Linked to { $group }
event-unlinked = No longer linked to { $group }
# A group's lineage and changes.
group-merged = This group was merged into
group-retired = This group was retired: it was no failure. Its complaints belong to none.
lineage-title = Lineage
lineage-lead = { $count ->
    [0] The group is as it was found.
    [one] It has changed once since it was found.
   *[other] It has changed { $count } times since it was found.
}
lineage-merged = Merged on { $day } into
lineage-retired = Retired on { $day }: it was no failure.
lineage-events = What happened to it
lineage-events-none = Nothing is noted.
lineage-look-back = Look back
lineage-day = As it was at the end of
lineage-show = Show
lineage-past = As it was on { $day }
lineage-past-none = On { $day } this group did not exist.
lineage-complaint = See the complaint
lineage-undo = Undo
lineage-machine = raiz
lineage-somebody = somebody
lineage-founded = Found: “{ $after }”.
lineage-renamed = New name: “{ $after }” (before: “{ $before }”).
lineage-state = From { $before } to { $after }.
lineage-owner = Owner: { $after } (before: { $before }).
lineage-product_area = Prevailing product area: { $after } (before: { $before }).
lineage-failure_type = Prevailing failure type: { $after } (before: { $before }).
lineage-merged_into = Went with { $count } complaints into
lineage-absorbed = Took in the { $count } complaints of
lineage-split_off = { $count } complaints became the group
lineage-split_from = Was formed by { $count } complaints of
lineage-gave = { $count } complaints went to
lineage-gave-none = { $count } complaints left it for no group.
lineage-received = { $count } complaints came from
lineage-received-none = { $count } complaints that had no group joined.
lineage-retired-event = Retired: it was no failure.
lineage-restored = It stands as before: a decision was undone.
change-title = Merge or split
change-lead = First you see what would change. What is decided holds for later complaints too, and can be undone.
change-reason = Reason (optional)
change-person = Who decides (optional)
change-do = Make the change
change-cancel = Leave it as it is
change-merge = Merge with another group
change-into = Group that stays
change-preview = See what would change
change-no-others = There is no other group.
change-move = Set complaints apart
change-move-hint = Those least like the others first; at the end, some of the most typical.
change-no-complaints = The group has no complaints.
change-to = Where they go
change-to-new = to a new group
change-to-none = to no group
change-new-name = Name of the new group (left empty, it is taken from its texts)
change-retire = Retire
change-retire-hint = If this is not a recurring failure: the group ends and its complaints belong to none.
change-none = no group
change-flow = { $count ->
    [one] One complaint goes from “{ $from }” to “{ $to }”.
   *[other] { $count } complaints go from “{ $from }” to “{ $to }”.
}
change-ends = This group ends. Its history stays.
change-overrides = { $count ->
    [one] An earlier decision no longer holds.
   *[other] { $count } earlier decisions no longer hold.
}
change-learned = What comes in later follows this decision.
change-head-merge = Merge two groups
change-head-split = Form a new group
change-head-move = Move complaints
change-head-retire = Retire the group
change-head-together = Put two complaints together
change-head-apart = Set two complaints apart
change-refused-ended = One of the groups does not exist any more. Choose another.
change-refused-elsewhere = One of the complaints is not in this group any more. Choose again.
change-refused-nothing = Nothing would change. Choose another group or some complaint.
proposals-head = { $count ->
    [one] One proposal to change the groups
   *[other] { $count } proposals to change the groups
}
proposals-hint = They come from a fresh look at all complaints. Nothing changes until somebody accepts; what is rejected is not proposed again. Either is undone in the group's lineage.
proposals-example = example
proposals-accept = Accept
proposals-reject = Reject
proposal-new = New group “{ $title }” of { $count } complaints that have none.
proposal-merge = Merge “{ $cluster }” into “{ $other }”: they look like one failure.
proposal-split = Set { $count } complaints of “{ $cluster }” apart as “{ $title }”.
proposal-move = Move { $count } complaints from “{ $cluster }” to “{ $other }”.
proposal-join = Add { $count } complaints without a group to “{ $other }”.
proposal-retire = Retire “{ $cluster }”: its complaints have nothing in common.
proposal-evidence-cluster = { $count } of the group's { $size } complaints fall together in a group of { $group }: { $terms }.
proposal-evidence-group = { $count } of the { $group } complaints that fall together have no group: { $terms }.
proposal-evidence-retire = Of its { $size } complaints hardly any falls together with another at a fresh look.
change-head-found = Form a new group
change-head-refuse = Reject a proposal

cluster-state-new = new
cluster-state-ongoing = ongoing
cluster-state-escalating = escalating
cluster-state-regressed = regressed
cluster-state-archived = archived
cluster-state-resolved = resolved

## Forms
form-save = Save
form-cancel = Cancel
form-kept = It was not saved: correct what is marked. What was written is still here.
form-missing = Write something here.
form-too-long = It is too long: shorten it.
form-nul = It holds a character that cannot be kept: delete it and write it again.
form-day = The date cannot be read: write it like 2026-11-12.
form-wrong = That value does not fit: choose another.
form-moved = No longer possible: somebody changed the state meanwhile. Choose among the present steps.

## Failures
error-404-title = Nothing here
error-404-what = The address leads to no page, or what was there has been erased.
error-404-todo = Check the address, or search for it by its words.
error-422-title = The request was not understood
error-422-what = Something in the address or the form is missing or has a value that does not exist.
error-422-todo = Nothing has changed. Go back and try again from the page.
error-500-title = Something failed in raiz
error-500-what = The page could not be made. Stored complaints are safe.
error-500-todo = Try again in a minute. If it happens again, the service log says what happened; “raiz doctor” checks it.
error-503-title = Too much work at once
error-503-what = The database is busy and this request was not stored.
error-503-todo = Wait a few seconds and repeat it.
error-home = Go to Home
error-code = Code

## Review
nav-review = Review
review-headline = { $count ->
    [0] The model doubts no complaint
    [one] The model doubts 1 complaint
   *[other] The model doubts { $count } complaints
 }
review-lead = { $axis }: the one that teaches most comes first. What you decide is kept for good.
review-axes = Question
review-queues = Queue
review-queue-unsure = In doubt
review-queue-second = Second opinion
review-queue-disputed = Disputed
review-ask = { $axis }: which?
review-proposals = What the model proposes
review-speaks = because of: { $words }
review-no-proposals = No model knows this question yet.
review-other = Another answer
review-other-choose = Choose…
review-take = Keep
review-none = None of these: no failure
review-skip = I do not know, next
review-reason = Why (if needed)
review-reviewer = Who reviews
review-keys = Keys: 1, 2 and 3 choose a proposal, n no failure, o another answer, s next.
review-open = Open the complaint
review-said = { $reviewer } said: { $answer }
review-opinions = Opinions
review-settle = What you choose settles the dispute.
review-blind = Somebody else has answered; the answer is not shown.
review-empty-unsure = Nothing is left in doubt
review-empty-unsure-how = When the model doubts a new complaint, it will appear here.
review-empty-second = Nothing waits for a second opinion
review-empty-second-how = Complaints that one person other than you has judged appear here. Two answers measure agreement.
review-empty-disputed = Nobody disagrees
review-empty-disputed-how = Complaints two people answered differently appear here.
review-kept = Kept.
review-gone = That complaint is gone or not analysed yet.
review-agreement = Agreement between people: { $observed } on { $pairs } complaints (kappa { $kappa }, between { $lower } and { $upper }).
review-agreement-none = No two people have answered the same complaint yet.
review-correct = Correct

## Taxonomy
taxonomy-lead = What a complaint can be: each term with its complaints of all time. Version { $version }.
taxonomy-term = Term
taxonomy-complaints = Complaints
taxonomy-no-complaints = No complaint has this term.
taxonomy-its-complaints = its complaints
taxonomy-edit = Change the taxonomy
taxonomy-edit-how = Open a term to rename it or join it with another, or edit the whole text. What changes is shown before it is published.
taxonomy-edit-all = Edit the whole text
taxonomy-edit-lead = A new version is published; earlier ones are kept. A term with complaints goes only when another takes them.
taxonomy-versions = Versions
taxonomy-version = Version { $number }
taxonomy-starter = comes with raiz
taxonomy-what-changed = what changed
taxonomy-retired = Retired terms
taxonomy-retired-to = { $term }, now in: { $heir }
taxonomy-published = The new version is in force.
taxonomy-changes-title = From version { $from } to { $to }
taxonomy-same = Nothing changes
taxonomy-same-how = Both versions say the same.
taxonomy-added = new term
taxonomy-goes = retired
taxonomy-goes-to = retired; its complaints go to: { $term }
taxonomy-moved = stands elsewhere
taxonomy-edited = reads otherwise
taxonomy-part-es = Name in Spanish
taxonomy-part-en = Name in English
taxonomy-part-meaning-es = Definition in Spanish
taxonomy-part-meaning-en = Definition in English
taxonomy-part-examples = Examples
taxonomy-part-counter_examples = Counter-examples
taxonomy-examples = Examples
taxonomy-counter = Looks like it and is something else
taxonomy-belongs = it is:
taxonomy-no-meaning = No definition yet.
taxonomy-no-examples = Nobody has written any yet.
taxonomy-change-term = Change the term
taxonomy-join = Join with another
taxonomy-join-how = The term is retired and its complaints go to the one you choose.
taxonomy-join-with = Its complaints go to
taxonomy-see-changes = See what changes
taxonomy-would-change = { $count ->
    [0] Nothing would change
    [one] 1 term would change
   *[other] {$count} terms would change
 }
taxonomy-would-move = { $count ->
    [one] 1 complaint would go to another term.
   *[other] {$count} complaints would go to another term.
 }
taxonomy-note = Why (kept with the version)
taxonomy-publish = Publish
taxonomy-leave = Do not publish
taxonomy-draft = Text
taxonomy-draft-how = The whole taxonomy, in TOML or JSON
taxonomy-refused = It cannot be published like this
taxonomy-outdated = Somebody published a version meanwhile. Nothing was written: open this page again and repeat the change.
taxonomy-counts = Counts
taxonomy-as-counted = As the model counts them
taxonomy-corrected = Corrected
taxonomy-corrected-how = What there truly may be, from the complaints people reviewed, with its 95 % interval. { $needed } reviewed of each sort are needed: with the term and without it, sure and in doubt.
taxonomy-estimate = ≈ { $count } ({ $low }–{ $high })
taxonomy-estimate-rough = ≈ { $count } ({ $low }–{ $high }), roughly
taxonomy-cannot-tell = cannot be told

## Models
review-models = The models and their worth
models-title = Models
models-lead = Who answers each question. A new model works only when somebody says so, after it was compared.
models-done = Done. Labels are given anew in the background; those a person decided are not touched.
models-none = No model answers this question.
models-model = Model
models-state = State
models-in-force = in force
models-compared = compared
models-kept = kept
models-accuracy = Accuracy
models-f1 = Mean F1
models-texts = Texts
models-labels = Labels given
models-waiting = { $count ->
    [one] 1 label is still to be given anew.
   *[other] {$count} labels are still to be given anew.
 }
models-roll-back = Back to { $model }
models-new = A new model
models-new-how = It is trained and compared on the machine raiz runs on; after that it is here with its report.
models-promotions = Changes of model
models-no-promotions = The model in force has never changed.
models-promotion = { $axis }: { $model } in place of { $previous }
models-both = what each counted
models-overlap-title = { $axis }: { $previous } and { $model }
models-overlap-lead = The same complaints ({ $days }) as both models count them. All of history has the new model's labels, so no series jumps on the day of the change.
models-overlap-waiting = The same complaints ({ $days }). Labels are being given anew: the column of now still mixes both models.
models-overlap-none = Nothing to compare
models-overlap-none-how = No complaints were counted when the model changed.
models-before = Before
models-now = Now
report-title = { $axis }: new model and model in force
report-verdict-better = The new one is right more often: the difference in accuracy is between { $interval }.
report-verdict-worse = The new one is right less often: the difference in accuracy is between { $interval }.
report-verdict-alike = It cannot be told which is right more often: the difference in accuracy is between { $interval }.
report-judged = { $count ->
    [one] On 1 complaint a person decided. The 95 % interval is in brackets.
   *[other] On {$count} complaints a person decided. The 95 % interval is in brackets.
 }
report-judged-file = On { $count } texts of { $file }. The 95 % interval is in brackets.
report-both = Both models
report-old = In force: { $model }
report-new = New: { $model }
report-ece = Calibration error
report-coverage = Sets that hold the answer
report-set = Answers in a set
report-labels = Term by term
report-labels-how = F1 of each term. The difference is a 95 % interval on the same texts.
report-difference = Difference
report-better = better
report-worse = worse
report-changing = What would change
report-changes = Of the newest { $all } complaints no person decided, { $count } would change.
report-complaints = Some of them
report-promote = Put it to work
report-promote-how = It will label what comes in and, in the background, what is there. It can be taken back.
report-promote-do = Put in force
drift-yes = Training anew is advisable: { $reasons }.
drift-no = No need to train anew: nothing that can be seen has changed.
drift-cannot-tell = It cannot be told whether to train anew: there are few labels and few reviews.
drift-certainty = it is sure in another way than before
drift-vocabulary = complaints speak of things it does not know
drift-accuracy = people see it err more than when it was trained
drift-index = Its certainty in the last four weeks moved by { $index } from the half-year before (stability index; 0.25 is a lot).
drift-unseen = { $recent } of recent words are unknown to it; before, { $before }.
drift-right = It is right { $share } of the time (between { $low } and { $high }); { $card } when it was trained. From { $reviewed } reviewed complaints.
drift-right-unknown = How often it is right cannot be told from { $reviewed } reviewed complaints: some of those it is sure of, or of those it doubts, are missing.
chart-model = New model

## Registered changes
changes-title = Registered changes
changes-lead = { $count ->
    [0] No change is registered: register releases, prices, lots or processes, and alerts will say which may have caused them.
    [one] One change is registered. Alerts look whether what comes in speaks of it.
   *[other] { $count } changes are registered. Alerts look whether what comes in speaks of any.
 }
changes-list = What changed and when
changes-none = Nothing yet. The form registers the first one.
changes-new = Register a change
changes-what = What changed
changes-day = From which day
changes-kind = Kind
changes-touches = Facts it touches (name: value, one a line)
changes-touches-form = Write each fact as name: value, one a line.
changes-note = Note (optional)
changes-register = Register
changes-forget = Remove
changes-forget-this = Remove: { $title }
changes-import = Many at once: raiz changes import FILE.csv, or the API at /api/v1/changes.
change-kind-release = release
change-kind-price = price
change-kind-supplier-lot = supplier's lot
change-kind-process = process
change-kind-campaign = campaign
change-kind-event = event
actions-changes = See what was changed
suspects-title = What changed before
suspects-register = Registered changes
suspects-none-registered = No change of the five months before is registered.
suspects-none = { $count ->
    [one] One registered change was looked at, and the complaints do not speak of it.
   *[other] { $count } registered changes were looked at, and the complaints speak of none.
 }
suspects-found = { $count ->
    [one] These complaints speak of one registered change more than usual. It is a suspect, not a proven cause.
   *[other] These complaints speak of { $count } registered changes more than usual. They are suspects, not proven causes.
 }
suspects-before = { $days ->
    [one] one day before
   *[other] { $days } days before
 }
suspects-within = during the alert
suspects-trace = «{ $words }» is in { $now } of these complaints; { $usual } is usual.
suspects-only-date = Only the date fits.

# Something new

emerging-head = Something new
emerging-block = { $count ->
    [one] Something new: a failure nobody has named
   *[other] Something new: { $count } failures nobody has named
}
emerging-block-hint = Recent complaints that lie closer together than the past leads one to expect. Make a group of them or dismiss them; both can be undone.
emerging-unnamed = Complaints alike, without a name yet
emerging-sentence = { $count ->
    [one] One complaint since { $day } unlike what came before.
   *[other] { $count } complaints alike since { $day }, and few like them before.
}
emerging-evidence = Of the { $neighbours } complaints most alike, old and new, { $observed } are recent; { $expected } were to be expected.
emerging-why = Why this is told
emerging-why-hint = The threshold is learned from the past, so that false alarms are as rare as the settings ask for.
emerging-texts = What they say
emerging-more = { $count ->
    [one] And one more complaint.
   *[other] And { $count } more complaints.
}
emerging-where = Where it would stand
emerging-labels = Prevailing area and failure
emerging-nearest = Most similar group
emerging-nearest-none = none yet
emerging-decide = Decide
emerging-accept = Create the group
emerging-dismiss = Dismiss
emerging-undo = Undo the decision
emerging-refused = The group cannot be created: all its complaints are in other groups by now.
emerging-state-open = Nobody has decided yet.
emerging-state-founded = A group was created of these complaints:
emerging-state-dismissed = Dismissed: no new failure.
emerging-state-known = Most of these complaints are in a group by now:
emerging-state-faded = It did not go on: no complaint like these for more than four weeks.

# Where a group stands, how urgent it is, and what people say

groups-priority = Priority
groups-texts = Distinct texts
groups-customers = Customers
groups-customers-none = the source does not name them
priority-urgent = urgent
priority-high = high
priority-medium = medium
priority-low = low
priority-computed = computed
priority-by-person = Set by a person; no computation changes it.
priority-not-yet = It will be computed with the next analysis.
priority-made-of = { $frequency } complaints in four weeks × severity { $severity } × growth { $growth } × harm { $harm }: { $share } of all load.
life-since = So since { $day }.
life-since-why = So since { $day }: { $why }
why-above-expected = { $observed } complaints up to { $day }, where { $expected } were expected.
why-worse = it got worse: { $observed } complaints up to { $day }, where { $expected } were expected.
why-as-expected = back to what was expected in the week that ended on { $day }.
why-not-new = it is not new: its first complaint came on { $day }.
why-seen-for = it was found { $days } days ago.
why-came-back = { $count } complaints came after it was resolved on { $day }.
why-more-complaints = { $count } more complaints came since { $day }.
why-more-customers = { $count } more customers complained since { $day }.
why-day-came = { $day }, the day that was set, came.
why-stayed = it goes on { $days } days after it came back.
why-owner-rule = by rule { $place }.
aside-worse = until it gets worse
aside-complaints = { $count ->
    [one] until one more complaint
   *[other] until { $count } more complaints
}
aside-customers = { $count ->
    [one] until one more customer
   *[other] until { $count } more customers
}
aside-until = until { $day }
aside-ever = for ever
aside-until-when = When archived, until when
aside-value = How many, or which day (YYYY-MM-DD)
aside-kind-worse = until it gets worse
aside-kind-complaints = until so many more complaints
aside-kind-customers = until so many more customers
aside-kind-until = until a day
aside-kind-ever = for ever
aside-wrong = Say how many (a number from 1) or which day (2026-12-24).
group-alike = Similar groups
group-alike-hint = By what their complaints say.
group-alike-share = { $share } alike
group-alike-merge = merge…
lineage-priority = Priority { $after } (before { $before }).
comments-head = Comments
comments-none = Nobody has commented.
comments-new = Comment; @name speaks to somebody
comments-who = Who comments
comments-send = Comment
comments-to = To
owners-title = Owners by rule
owners-lead = Each group belongs to whom the last rule that fits it names; what a person says wins.
owners-rules = Rules, one a line
owners-how = Conditions before the arrow (area, tipo, unidad; those left out fit everything) and the owner after it.
owners-example-all = Quality
owners-example-area = Cards team
owners-example-both = Fraud
owners-line = This line cannot be read: { $line }
owners-rule = This rule names something that does not exist or has no owner: { $line }

# Map of groups

map-title = Map of groups
map-lead = { $count ->
    [one] One open group; its size says how many complaints came in four weeks.
   *[other] { $count } open groups: those that tell of alike things lie near; size says how many complaints came in four weeks.
}
map-recent = { $count ->
    [one] one complaint in four weeks
   *[other] { $count } complaints in four weeks
}
