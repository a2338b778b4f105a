-- Every stage an opportunity entered, with what the company says the stage means.
create or replace table main.stage_entry as
select
    opportunity_key.opportunity_no,
    opportunity_stage_history.opportunity_id,
    opportunity_stage_history.entered_at,
    stage.kind                                                as outcome,
    stage.position,
    stage.is_qualified,
    stage.is_accepted,
    opportunity_stage_history.stage,
    opportunity_stage_history.evidence in ('recorded', 'observed') as is_known
from opportunity_stage_history
join opportunity_key using (opportunity_id)
join stage using (stage)
